import { Badge, Group, Paper, Stack, Table, Text } from "@mantine/core";
import { IconCircleCheck, IconCircleX, IconListCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Run } from "~/features/run/useRun";
import { AssetLink } from "~/parts/AssetLink";
import { number } from "~/parts/amounts";
import { Empty } from "~/parts/Empty";
import { SEVERITY_LOOKS } from "~/parts/status";
import { When } from "~/parts/When";

type Materialization = Run["materializations"][number];
type Check = Run["checks"][number];

/** What a step has reported: assets that were written, and what came of checks. */
export function Results({ materializations, checks }: Pick<Run, "materializations" | "checks">) {
  if (materializations.length + checks.length === 0) {
    return (
      <Empty title="Nothing yet" icon={IconListCheck}>
        What the step materializes and checks shows here as soon as it says so.
      </Empty>
    );
  }
  return (
    <Stack gap="sm">
      {checks.map((each) => (
        <CheckResult key={`${each.asset} ${each.check} ${each.partition} ${each.created_at}`} check={each} />
      ))}
      {materializations.map((each) => (
        <Written key={`${each.asset} ${each.partition} ${each.created_at}`} materialization={each} />
      ))}
    </Stack>
  );
}

function Written({
  materialization: { asset, partition, created_at, metadata },
}: {
  materialization: Materialization;
}) {
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <AssetLink assetKey={asset} />
          {partition !== null && (
            <Badge variant="light" color="gray" radius="sm" tt="none">
              {partition}
            </Badge>
          )}
        </Group>
        <When at={created_at} size="xs" c="dimmed" />
      </Group>
      <Metadata of={metadata} />
    </Paper>
  );
}

function CheckResult({ check: { asset, check, passed, severity, description, metadata } }: { check: Check }) {
  const look = passed ? { color: "green", icon: IconCircleCheck } : SEVERITY_LOOKS[severity];
  const Icon = passed ? IconCircleCheck : IconCircleX;
  return (
    <Paper withBorder p="sm">
      <Group gap="xs">
        <Icon size={17} color={`var(--mantine-color-${look.color}-text)`} aria-hidden />
        <Text size="sm" fw={600}>
          {check}
        </Text>
        <Text size="sm" c={passed ? "dimmed" : `${look.color}`} span>
          {passed ? "passed" : severity === "warn" ? "failed; it only warns" : "failed"}
        </Text>
        <Text size="sm" c="dimmed" span>
          of
        </Text>
        <AssetLink assetKey={asset} />
      </Group>
      {description && (
        <Text size="sm" mt={4} style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {description}
        </Text>
      )}
      <Metadata of={metadata} />
    </Paper>
  );
}

/** What was said besides: names and values. */
function Metadata({ of }: { of: Record<string, unknown> }) {
  const entries = Object.entries(of);
  if (entries.length === 0) return null;
  return (
    <Table variant="vertical" mt="xs" withTableBorder layout="fixed" fz="sm">
      <Table.Tbody>
        {entries.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th w="34%" style={{ overflowWrap: "anywhere" }}>
              {name}
            </Table.Th>
            <Table.Td style={{ overflowWrap: "anywhere" }}>{shown(value)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function shown(value: unknown): ReactNode {
  if (typeof value === "number") return Number.isInteger(value) ? number(value) : String(value);
  if (typeof value === "string") return value;
  return (
    <Text ff="monospace" size="xs" style={{ whiteSpace: "pre-wrap", maxHeight: 240, overflow: "auto" }}>
      {JSON.stringify(value, null, 2)}
    </Text>
  );
}
