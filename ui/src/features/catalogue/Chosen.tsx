import { Button, Group, Pill, Text } from "@mantine/core";
import { chosenOf, type Filters, toggled, wordsFor } from "~/features/catalogue/filters";

type Props = { filters: Filters; change: (next: (before: Filters) => Filters) => void };

/** What the list is narrowed by, each with a way to be rid of it. */
export function Chosen({ filters, change }: Props) {
  const chosen = chosenOf(filters);
  if (chosen.length === 0 && filters.selection === undefined) return null;
  return (
    <Group gap={6} mt="sm">
      {filters.selection !== undefined && (
        <Pill
          withRemoveButton
          removeButtonProps={{ "aria-label": "Remove the selection", "aria-hidden": false, tabIndex: 0 }}
          onRemove={() => change((before) => ({ ...before, selection: undefined }))}
        >
          <Text span size="xs" c="dimmed">
            selection{" "}
          </Text>
          {filters.selection}
        </Pill>
      )}
      {chosen.map(({ facet, value }) => (
        <Pill
          key={`${facet} ${value}`}
          withRemoveButton
          removeButtonProps={{
            "aria-label": `Remove ${facet} ${wordsFor(facet, value)}`,
            "aria-hidden": false,
            tabIndex: 0,
          }}
          onRemove={() => change((before) => toggled(before, facet, value))}
        >
          <Text span size="xs" c="dimmed">
            {facet}{" "}
          </Text>
          {wordsFor(facet, value)}
        </Pill>
      ))}
      <Button variant="subtle" size="compact-xs" onClick={() => change(({ q, order }) => ({ q, order }))}>
        Clear all
      </Button>
    </Group>
  );
}
