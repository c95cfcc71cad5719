import { Group, Pill, SegmentedControl, Text, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import type { Wanted } from "~/features/components/useComponents";

const route = getRouteApi("/components");
const PAUSE = 150; // milliseconds without a key before the address changes

/** Which components are shown; it is all in the address. */
export function ComponentFilters({ wanted, broken }: { wanted: Wanted; broken: number }) {
  const navigate = route.useNavigate();
  const [text, setText] = useState(wanted.q ?? "");
  const change = (next: Wanted) => void navigate({ search: (old) => ({ ...old, ...next }), replace: true });
  const look = useDebouncedCallback((q: string) => change({ q: q.trim() || undefined }), PAUSE);
  return (
    <>
      <TextInput
        type="search"
        aria-label="Search components"
        placeholder="Search addresses…"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          look(event.currentTarget.value);
        }}
      />
      <Group gap="xs">
        <SegmentedControl
          size="xs"
          aria-label="Which components"
          value={wanted.state ?? "all"}
          onChange={(value) =>
            change({ state: value === "all" ? undefined : (value as NonNullable<Wanted["state"]>) })
          }
          data={[
            { value: "all", label: "All" },
            { value: "loaded", label: "Loaded" },
            { value: "broken", label: broken > 0 ? `Broken (${broken})` : "Broken" },
          ]}
        />
        {wanted.type !== undefined && (
          <Pill
            withRemoveButton
            removeButtonProps={{ "aria-label": "Show all types", "aria-hidden": false, tabIndex: 0 }}
            onRemove={() => change({ type: undefined })}
          >
            <Text span size="xs">
              {wanted.type}
            </Text>
          </Pill>
        )}
      </Group>
    </>
  );
}
