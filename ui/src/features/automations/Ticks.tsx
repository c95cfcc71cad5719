import { Button, Code, Group, Skeleton, Table, Text, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { TickMark } from "~/features/automations/TickMark";
import { type Tick, ticksQuery } from "~/features/automations/useAutomations";
import { TextLink } from "~/parts/links";
import { exactTime } from "~/parts/times";
import { When } from "~/parts/When";
import { Wrong } from "~/parts/Wrong";

const MOST_MARKS = 50;

/** What was decided, and why: the newest as a row of marks, and all of it as a table. */
export function Ticks({ name, showAll }: { name: string | undefined; showAll: () => void }) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    ticksQuery(name),
  );
  const ticks = data?.pages.flatMap((page) => page.items);
  return (
    <section aria-labelledby="ticks">
      <Group mb="sm">
        <Title order={2} id="ticks">
          {name === undefined ? "Ticks" : `Ticks of ${name}`}
        </Title>
        {name !== undefined && (
          <Button size="compact-sm" variant="subtle" onClick={showAll}>
            Show all
          </Button>
        )}
      </Group>
      {error !== null && <Wrong error={error} retry={() => void refetch()} />}
      {ticks === undefined && error === null && <Skeleton height={120} />}
      {ticks?.length === 0 && (
        <Text c="dimmed" size="sm">
          None yet. A scheduler looks whether runs are due: <Code>treadle dev</Code> has one, and{" "}
          <Code>treadle scheduler</Code> is one.
        </Text>
      )}
      {ticks !== undefined && ticks.length > 0 && (
        <>
          <Group
            component="ul"
            gap={3}
            m={0}
            mb="sm"
            p={0}
            style={{ listStyle: "none" }}
            aria-label="The latest, from the oldest to the newest"
          >
            {ticks
              .slice(0, MOST_MARKS)
              .reverse()
              .map((each) => (
                <li key={each.id} style={{ display: "inline-flex" }}>
                  <TickMark
                    status={each.status}
                    title={`${each.name} ${each.status}, ${exactTime(each.due_at)}`}
                  />
                </li>
              ))}
          </Group>
          <Table.ScrollContainer minWidth={560} type="native">
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Due</Table.Th>
                  <Table.Th>Automation</Table.Th>
                  <Table.Th>Decision</Table.Th>
                  <Table.Th>Why</Table.Th>
                  <Table.Th>Runs</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {ticks.map((each) => (
                  <TickRow key={each.id} tick={each} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          {hasNextPage && (
            <Button
              variant="default"
              size="xs"
              mt="sm"
              loading={isFetchingNextPage}
              onClick={() => void fetchNextPage()}
            >
              Show older ones
            </Button>
          )}
        </>
      )}
    </section>
  );
}

function TickRow({ tick: { name, due_at, status, reason, run_ids } }: { tick: Tick }) {
  return (
    <Table.Tr>
      <Table.Td style={{ whiteSpace: "nowrap" }}>
        <When at={due_at} size="sm" />
      </Table.Td>
      <Table.Td>{name}</Table.Td>
      <Table.Td>
        <Group gap={6} wrap="nowrap">
          <TickMark status={status} />
          {status}
        </Group>
      </Table.Td>
      <Table.Td style={{ overflowWrap: "anywhere" }}>{reason || "–"}</Table.Td>
      <Table.Td>
        {run_ids.map((id) => (
          <TextLink key={id} to="/runs/$id" params={{ id }} mr="xs" ff="monospace">
            {id.slice(0, 8)}
          </TextLink>
        ))}
      </Table.Td>
    </Table.Tr>
  );
}
