import { Group, Pill, SegmentedControl, Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import type { Wanted } from "~/features/components/useComponents";
import { SearchInput } from "~/parts/SearchInput";

const route = getRouteApi("/components");

/** Which components are shown; it is all in the address. */
export function ComponentFilters({ wanted, broken }: { wanted: Wanted; broken: number }) {
  const navigate = route.useNavigate();
  const change = (next: Wanted) => void navigate({ search: (old) => ({ ...old, ...next }), replace: true });
  return (
    <>
      <SearchInput
        aria-label="Search components"
        placeholder="Search addresses…"
        value={wanted.q ?? ""}
        onChange={(q) => change({ q: q || undefined })}
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
