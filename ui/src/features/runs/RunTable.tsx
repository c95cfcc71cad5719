import { Badge, Group, Table, Text } from "@mantine/core";
import type { Run } from "~/features/runs/useRuns";
import { BadgeLink, TextLink } from "~/parts/links";
import { StatusBadge } from "~/parts/StatusBadge";
import { selectionWords } from "~/parts/selections";
import { duration, secondsOf } from "~/parts/times";
import { useNow } from "~/parts/useNow";
import { When } from "~/parts/When";

/** Runs, a line each. */
export function RunTable({ runs }: { runs: Run[] }) {
  return (
    <Table.ScrollContainer minWidth={720} type="native">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Run</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th>Assets</Table.Th>
            <Table.Th>Launched by</Table.Th>
            <Table.Th>Asked for</Table.Th>
            <Table.Th ta="right">Took</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((each) => (
            <RunRow key={each.id} run={each} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function RunRow({ run }: { run: Run }) {
  const now = useNow();
  const { id, status, selection, partition, tags, launched_by, created_at, error } = run;
  const seconds = secondsOf(run, now);
  return (
    <Table.Tr>
      <Table.Td>
        <TextLink to="/runs/$id" params={{ id }} ff="monospace">
          {id.slice(0, 8)}
        </TextLink>
      </Table.Td>
      <Table.Td>
        <StatusBadge status={status} />
      </Table.Td>
      <Table.Td style={{ overflowWrap: "anywhere" }}>
        <Text size="sm" ff="monospace" lineClamp={2}>
          {selectionWords(selection)}
        </Text>
        <Group gap={6}>
          {partition !== null && (
            <Badge size="sm" variant="default" radius="sm" tt="none" fw={500}>
              {partition}
            </Badge>
          )}
          {Object.entries(tags).map(([name, value]) => (
            <BadgeLink
              key={name}
              to="/runs"
              search={{ tag: `${name}=${value}` }}
              title="Runs with this tag"
              size="sm"
              variant="light"
              color="gray"
            >
              {name}={value}
            </BadgeLink>
          ))}
        </Group>
        {error && (
          <Text size="xs" c="red" lineClamp={1} title={error}>
            {error}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <TextLink to="/runs" search={{ by: launched_by }} c="inherit" title="Runs that it has launched">
          {launched_by}
        </TextLink>
      </Table.Td>
      <Table.Td style={{ whiteSpace: "nowrap" }}>
        <When at={created_at} size="sm" />
      </Table.Td>
      <Table.Td ta="right" style={{ whiteSpace: "nowrap" }}>
        {seconds === null ? "–" : duration(seconds)}
      </Table.Td>
    </Table.Tr>
  );
}
