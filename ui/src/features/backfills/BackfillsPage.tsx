import { Button, Group, Progress, Skeleton, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCalendarRepeat, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { NewBackfillDialog } from "~/features/backfills/NewBackfillDialog";
import { colorOf, STATES } from "~/features/backfills/progress";
import { type Backfill, backfillsQuery } from "~/features/backfills/useBackfills";
import { Allowed } from "~/parts/Allowed";
import { Empty } from "~/parts/Empty";
import { TextLink } from "~/parts/links";
import { PageTitle } from "~/parts/PageTitle";
import { StatusBadge } from "~/parts/StatusBadge";
import { When } from "~/parts/When";
import { Wrong } from "~/parts/Wrong";

/** Many partitions, materialized by several runs: all that there were, and a new one. */
export function BackfillsPage() {
  const { data, error, refetch } = useQuery(backfillsQuery);
  const [isOpen, { open, close }] = useDisclosure();
  return (
    <>
      <PageTitle
        title="Backfills"
        about="Many partitions, materialized by several runs."
        actions={
          <Allowed needs="launcher">
            <Button size="sm" leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
              New backfill
            </Button>
          </Allowed>
        }
      />
      {isOpen && <NewBackfillDialog close={close} />}
      {error !== null && <Wrong error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton height={160} />}
      {data?.items.length === 0 && (
        <Empty title="No backfill yet" icon={IconCalendarRepeat}>
          A backfill materializes a range of partitions, some runs at a time; it can be stopped and taken up
          again.
        </Empty>
      )}
      {data !== undefined && data.items.length > 0 && (
        <Table.ScrollContainer minWidth={680} type="native">
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Backfill</Table.Th>
                <Table.Th>Status</Table.Th>
                <Table.Th>Assets</Table.Th>
                <Table.Th>Partitions</Table.Th>
                <Table.Th>Runs</Table.Th>
                <Table.Th>Asked for</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.items.map((each) => (
                <BackfillRow key={each.id} backfill={each} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </>
  );
}

function BackfillRow({
  backfill: { id, status, selection, partitions, runs, created_at },
}: {
  backfill: Backfill;
}) {
  const total = Object.values(runs).reduce((sum, count) => sum + count, 0);
  return (
    <Table.Tr>
      <Table.Td>
        <TextLink to="/backfills/$id" params={{ id }} ff="monospace">
          {id.slice(0, 8)}
        </TextLink>
      </Table.Td>
      <Table.Td>
        <StatusBadge status={status} />
      </Table.Td>
      <Table.Td ff="monospace" fz="sm" style={{ overflowWrap: "anywhere" }}>
        {selection}
      </Table.Td>
      <Table.Td style={{ overflowWrap: "anywhere" }}>{partitions}</Table.Td>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          <Text size="sm">{total}</Text>
          <Progress.Root w={90} size="sm">
            {STATES.filter((state) => (runs[state] ?? 0) > 0).map((state) => (
              <Progress.Section
                key={state}
                value={(100 * (runs[state] ?? 0)) / Math.max(total, 1)}
                color={colorOf(state)}
                aria-label={`${runs[state]} ${state}`}
              />
            ))}
          </Progress.Root>
        </Group>
      </Table.Td>
      <Table.Td style={{ whiteSpace: "nowrap" }}>
        <When at={created_at} size="sm" />
      </Table.Td>
    </Table.Tr>
  );
}
