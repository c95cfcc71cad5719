import { Button, SegmentedControl, Skeleton, Stack, Text } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { AssetDetail } from "~/api/assets";
import styles from "~/features/asset/Asset.module.css";
import { MaterializationTable } from "~/features/asset/MaterializationTable";
import { SeriesChart } from "~/features/asset/SeriesChart";
import { materializationsQuery, metadataQuery } from "~/features/asset/useAsset";
import { number } from "~/parts/amounts";
import { Empty } from "~/parts/Empty";
import { Panel } from "~/parts/Panel";
import { Wrong } from "~/parts/Wrong";

/** When an asset was written, and the numbers that were reported each time. */
export function HistoryTab({ asset }: { asset: AssetDetail }) {
  if (asset.materializations.length === 0)
    return (
      <Empty title="It was never materialized" icon={IconHistory}>
        What its runs report (rows, seconds, a loss…) is drawn here over time.
      </Empty>
    );
  return (
    <Stack gap="md">
      <Numbers asset={asset} />
      <Materializations asset={asset.key} />
    </Stack>
  );
}

const BY = [
  { value: "time", label: "Over time" },
  { value: "partition", label: "By partition" },
];

function Numbers({ asset: { key, partitioned } }: { asset: AssetDetail }) {
  const [by, setBy] = useState<"time" | "partition">(partitioned ? "partition" : "time");
  const { data, error, refetch } = useQuery(metadataQuery(key, by));
  if (error !== null) return <Wrong error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Skeleton height={220} />;
  const drawn = data.series.filter(({ points }) => points.length > 1);
  if (drawn.length === 0) return null;
  return (
    <Panel
      title="Numbers"
      action={
        partitioned && (
          <SegmentedControl
            size="xs"
            aria-label="Along which axis"
            data={BY}
            value={by}
            onChange={(value) => setBy(value as typeof by)}
          />
        )
      }
    >
      <div className={styles.charts}>
        {drawn.map((each) => (
          <SeriesChart key={each.name} series={each} by={by} />
        ))}
      </div>
      {data.more && (
        <Text size="xs" c="dimmed" mt="sm">
          Of the last {number(data.materializations)} {by === "partition" ? "partitions" : "materializations"}
          .
        </Text>
      )}
    </Panel>
  );
}

function Materializations({ asset }: { asset: string }) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    materializationsQuery(asset),
  );
  return (
    <Panel title="Materializations">
      {error !== null && <Wrong error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton height={180} />}
      {data !== undefined && <MaterializationTable items={data.pages.flatMap(({ items }) => items)} />}
      {hasNextPage && (
        <Button
          variant="default"
          size="xs"
          mt="sm"
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          Older ones
        </Button>
      )}
    </Panel>
  );
}
