import { TextInput } from "@mantine/core";
import { useState } from "react";
import { ApiError } from "~/api/client";
import type { Filters } from "~/features/catalogue/filters";
import { useFacets } from "~/features/catalogue/useCatalogue";

type Props = { filters: Filters; change: (next: (before: Filters) => Filters) => void };

/** A selection in the language that `treadle run` takes, too. */
export function SelectionBox({ filters, change }: Props) {
  const { error } = useFacets(filters);
  const [text, setText] = useState(filters.selection ?? "");
  const [before, setBefore] = useState(filters.selection);
  if (filters.selection !== before) {
    setBefore(filters.selection);
    setText(filters.selection ?? "");
  }
  const select = () => change((old) => ({ ...old, selection: text.trim() === "" ? undefined : text.trim() }));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        select();
      }}
    >
      <TextInput
        size="xs"
        label="Selection"
        description="+orders: and upstream. orders+2: and two steps down. group:marts, tag:tier=1…"
        placeholder="+orders"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={select}
        error={filters.selection !== undefined && error instanceof ApiError ? error.message : undefined}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
      />
    </form>
  );
}
