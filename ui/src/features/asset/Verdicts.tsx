import { Badge, Group, Paper, Stack, Text } from "@mantine/core";
import type { AssetDetail } from "~/api/assets";
import { TextLink } from "~/parts/links";
import { Panel } from "~/parts/Panel";
import { SEVERITY_LOOKS } from "~/parts/status";

/** The policies that an asset breaks, those that are excused last. */
export function Verdicts({ verdicts }: { verdicts: AssetDetail["verdicts"] }) {
  const ordered = [...verdicts].sort((a, b) => Number(a.excused !== null) - Number(b.excused !== null));
  return (
    <Panel
      title="Policies"
      action={
        <TextLink to="/policies" c="dimmed">
          All policies
        </TextLink>
      }
    >
      <Stack gap="xs">
        {ordered.map((each) => (
          <Verdict key={`${each.policy} ${each.message}`} verdict={each} />
        ))}
      </Stack>
    </Panel>
  );
}

function Verdict({ verdict }: { verdict: AssetDetail["verdicts"][number] }) {
  const { policy, severity, message, why, fix, excused } = verdict;
  const { color, icon: Icon } = SEVERITY_LOOKS[severity];
  return (
    <Paper withBorder p="sm" opacity={excused === null ? 1 : 0.85}>
      <Group gap="xs" mb={4}>
        <Badge
          color={color}
          variant="light"
          radius="sm"
          tt="none"
          leftSection={<Icon size={12} aria-hidden />}
        >
          {severity}
        </Badge>
        <Text size="sm" ff="monospace">
          {policy}
        </Text>
        {excused !== null && (
          <Badge variant="default" radius="sm" tt="none" fw={500}>
            excused
          </Badge>
        )}
      </Group>
      <Text size="sm" fw={500}>
        {message}
      </Text>
      {why && (
        <Text size="sm" c="dimmed">
          {why}
        </Text>
      )}
      {fix && (
        <Text size="sm">
          <b>Fix:</b> {fix}
        </Text>
      )}
      {excused !== null && (
        <Text size="sm" c="dimmed">
          Passed over: {excused}
        </Text>
      )}
    </Paper>
  );
}
