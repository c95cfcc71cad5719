import { Code, Group, Paper, Progress, SimpleGrid, Skeleton, Text } from "@mantine/core";
import { IconSwimming } from "@tabler/icons-react";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { type ApiRecord, api, given } from "~/api/client";
import { Empty } from "~/parts/Empty";
import { PageTitle } from "~/parts/PageTitle";
import { Wrong } from "~/parts/Wrong";

const poolsQuery = queryOptions({
  queryKey: ["pools"],
  queryFn: ({ signal }) => given(api.GET("/api/pools", { signal })),
  refetchInterval: 3_000, // places change with each step, which no event tells
});

/** Limits on how many steps run at once: who has a place, and who waits for one. */
export function PoolsPage() {
  const { data, error, refetch } = useQuery(poolsQuery);
  return (
    <>
      <PageTitle title="Pools" about="How many steps may run at once, over all runs that share the store." />
      {error !== null && <Wrong error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton height={120} />}
      {data?.items.length === 0 && (
        <Empty title="No step asks for a pool" icon={IconSwimming}>
          A step with <Code>pool: warehouse</Code> waits for a place in that pool; the project's settings say
          how many there are.
        </Empty>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {data?.items.map((each) => (
          <PoolCard key={each.name} pool={each} />
        ))}
      </SimpleGrid>
    </>
  );
}

function PoolCard({ pool: { name, limit, held, waiting } }: { pool: ApiRecord<"Pool"> }) {
  const isFull = limit !== null && held >= limit;
  return (
    <Paper withBorder p="md" component="section" aria-label={name}>
      <Group justify="space-between" mb="xs">
        <Text fw={600}>{name}</Text>
        <Text size="sm" c="dimmed">
          {limit === null ? "no limit" : `${held} of ${limit} places taken`}
        </Text>
      </Group>
      <Progress
        value={limit === null ? 0 : (100 * held) / Math.max(limit, 1)}
        color={isFull ? "orange" : "blue"}
        aria-label={`places taken in ${name}`}
      />
      <Text size="sm" mt="xs" c={waiting > 0 ? undefined : "dimmed"}>
        {waiting === 0 ? "nobody waits" : `${waiting} ${waiting === 1 ? "step waits" : "steps wait"}`}
        {limit === null && held > 0 && `, ${held} at work`}
      </Text>
    </Paper>
  );
}
