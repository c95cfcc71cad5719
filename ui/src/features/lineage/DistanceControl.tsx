import { ActionIcon, Group, Text } from "@mantine/core";
import { IconMinus, IconPlus } from "@tabler/icons-react";
import { type Distance, farther } from "~/graph/around";

type Props = { label: string; value: Distance; change: (distance: Distance) => void };

/** How many edges away from the selection is shown. */
export function DistanceControl({ label, value, change }: Props) {
  return (
    <Group gap={4} wrap="nowrap" role="group" aria-label={label}>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <ActionIcon
        variant="default"
        size="md"
        aria-label={`${label}: less`}
        disabled={value === 0}
        onClick={() => change(farther(value, -1))}
      >
        <IconMinus size={14} aria-hidden />
      </ActionIcon>
      <Text size="sm" fw={600} miw={22} ta="center" aria-live="polite">
        {value}
      </Text>
      <ActionIcon
        variant="default"
        size="md"
        aria-label={`${label}: more`}
        disabled={value === "all"}
        onClick={() => change(farther(value, 1))}
      >
        <IconPlus size={14} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
