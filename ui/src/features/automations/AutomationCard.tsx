import { Badge, Button, Code, Group, Paper, Switch, Text } from "@mantine/core";
import { IconBell, IconBolt, IconCalendarTime } from "@tabler/icons-react";
import { TickMark } from "~/features/automations/TickMark";
import { type Automation, switchName, useSwitch } from "~/features/automations/useAutomations";
import { Allowed } from "~/parts/Allowed";
import { selectionWords } from "~/parts/selections";
import { When } from "~/parts/When";

const ICONS = { schedule: IconCalendarTime, sensor: IconBell, automation: IconBolt };

type Props = { automation: Automation; isChosen: boolean; choose: () => void };

/** An automation: its switch, when it is due, and what it did last. */
export function AutomationCard({ automation, isChosen, choose }: Props) {
  const { kind, name, when, description, selection, on, next_at, last_tick } = automation;
  const { mutate, isPending } = useSwitch();
  const Icon = ICONS[kind];
  return (
    <Paper
      withBorder
      p="md"
      component="section"
      aria-label={name}
      style={isChosen ? { borderColor: "var(--mantine-primary-color-filled)" } : undefined}
    >
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="md">
        <div style={{ minWidth: 0 }}>
          <Group gap="xs">
            <Icon size={18} stroke={1.6} aria-hidden />
            <Text fw={600} style={{ overflowWrap: "anywhere" }}>
              {name}
            </Text>
            <Badge variant="default" size="sm" radius="sm" tt="none" fw={500}>
              {kind === "automation" ? "conditions" : kind}
            </Badge>
            <Text size="sm" c="dimmed">
              {when}
            </Text>
          </Group>
          {description && (
            <Text size="sm" mt={4}>
              {description}
            </Text>
          )}
          <Group gap="lg" mt="xs" style={{ rowGap: 4 }}>
            {selection && <Code style={{ overflowWrap: "anywhere" }}>{selectionWords(selection)}</Code>}
            {on && next_at !== null && (
              <Text size="sm">
                due <When at={next_at} span inherit />
              </Text>
            )}
            {last_tick === null ? (
              <Text size="sm" c="dimmed">
                never looked yet
              </Text>
            ) : (
              <Group gap={6} wrap="nowrap">
                <TickMark status={last_tick.status} />
                <Text size="sm">
                  {last_tick.status} <When at={last_tick.due_at} span inherit c="dimmed" />
                </Text>
              </Group>
            )}
          </Group>
        </div>
        <Group gap="xs" wrap="nowrap">
          <Button variant="subtle" size="compact-sm" onClick={choose} aria-pressed={isChosen}>
            Ticks
          </Button>
          <Allowed needs="launcher">
            <Switch
              checked={on}
              disabled={isPending}
              onChange={(event) => mutate({ name: switchName(automation), on: event.currentTarget.checked })}
              aria-label={`${name} is ${on ? "on" : "off"}`}
            />
          </Allowed>
        </Group>
      </Group>
    </Paper>
  );
}
