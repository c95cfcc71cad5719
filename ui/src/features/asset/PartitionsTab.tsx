import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconCalendarStats } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { AssetDetail } from "~/api/assets";
import { HeatMap, NamedPartitions } from "~/features/asset/HeatMap";
import styles from "~/features/asset/HeatMap.module.css";
import { layoutOf } from "~/features/asset/heatmap";
import { PartitionPanel } from "~/features/asset/PartitionPanel";
import { type Partition, type PartitionGrid, partitionsQuery } from "~/features/asset/useAsset";
import { number } from "~/parts/amounts";
import { Empty } from "~/parts/Empty";
import { Panel } from "~/parts/Panel";
import { Wrong } from "~/parts/Wrong";

const route = getRouteApi("/asset/$");
const STATUSES: Partition["status"][] = ["materialized", "stale", "failed", "running", "missing"];

/** The partitions of an asset, and how each stands. */
export function PartitionsTab({ asset }: { asset: AssetDetail }) {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    partitionsQuery(asset.key),
  );
  const { partition: chosen } = route.useSearch();
  const navigate = route.useNavigate();
  const choose = (key: string) =>
    void navigate({
      search: (old) => ({ ...old, partition: key === chosen ? undefined : key }),
      replace: true,
      resetScroll: false,
    });
  const grid = data?.pages[0];
  if (error !== null) return <Wrong error={error} retry={() => void refetch()} />;
  if (grid === undefined) return <Skeleton height={240} />;
  if (grid.total === 0) return <Nothing kind={grid.dimensions[0]?.kind} />;
  // Each page has those before the page that came before it.
  const items = [...(data?.pages ?? [])].reverse().flatMap((page) => page.items);
  const isNamed = grid.dimensions.length === 1 && grid.dimensions[0]?.kind !== "time_window";
  return (
    <Stack gap="md">
      <Panel title={titleOf(grid)} action={<Counts grid={grid} />}>
        {isNamed ? (
          <NamedPartitions items={items} chosen={chosen} choose={choose} />
        ) : (
          <HeatMap layout={layoutOf(grid.dimensions, items)} chosen={chosen} choose={choose} />
        )}
        {hasNextPage && (
          <Group mt="sm" gap="sm">
            <Button
              variant="default"
              size="xs"
              loading={isFetchingNextPage}
              onClick={() => void fetchNextPage()}
            >
              Earlier partitions
            </Button>
            <Text size="xs" c="dimmed">
              {number(items.length)} of {number(grid.total)} are shown
            </Text>
          </Group>
        )}
      </Panel>
      {chosen !== undefined && (
        <PartitionPanel
          asset={asset.key}
          name={chosen}
          partition={items.find(({ key }) => key === chosen)}
          close={() => choose(chosen)}
        />
      )}
    </Stack>
  );
}

function titleOf({ dimensions, total }: PartitionGrid): string {
  const names = dimensions.map(({ name }) => name).filter(Boolean);
  return `${number(total)} partitions${names.length > 0 ? ` by ${names.join(" and ")}` : ""}`;
}

function Counts({ grid: { counts } }: { grid: PartitionGrid }) {
  return (
    <Group gap="md">
      {STATUSES.filter((each) => (counts[each] ?? 0) > 0).map((each) => (
        <Group key={each} gap={6} wrap="nowrap">
          <span className={`${styles.cell} ${styles.sample}`} data-status={each} aria-hidden />
          <Text size="sm">
            {number(counts[each] ?? 0)} {each}
          </Text>
        </Group>
      ))}
    </Group>
  );
}

function Nothing({ kind }: { kind: PartitionGrid["dimensions"][number]["kind"] | undefined }) {
  return (
    <Empty title="There is no partition yet" icon={IconCalendarStats}>
      {kind === "dynamic" ? (
        <>
          Keys are added by a sensor, by a step, or by <code>treadle partitions add</code>.
        </>
      ) : (
        "The first window has to end before it is one."
      )}
    </Empty>
  );
}
