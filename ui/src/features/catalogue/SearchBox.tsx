import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import type { Filters } from "~/features/catalogue/filters";

const PAUSE = 120; // milliseconds without a key before the address changes

type Props = { filters: Filters; change: (next: (before: Filters) => Filters) => void };

/** Where one types what an asset is called, or what is said of it. */
export function SearchBox({ filters, change }: Props) {
  const { q = "" } = filters;
  const [text, setText] = useState(q);
  const told = useRef(q);
  const tell = useDebouncedCallback((next: string) => {
    told.current = next;
    change(({ order, ...before }) => ({
      ...before,
      q: next === "" ? undefined : next,
      order: order === "best" ? undefined : order,
    }));
  }, PAUSE);
  useEffect(() => {
    // Somebody went back, or cleared everything.
    if (q !== told.current) {
      told.current = q;
      setText(q);
    }
  }, [q]);
  return (
    <TextInput
      type="search"
      flex={1}
      aria-label="Search assets"
      placeholder="Search keys and descriptions"
      leftSection={<IconSearch size={16} aria-hidden />}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
    />
  );
}
