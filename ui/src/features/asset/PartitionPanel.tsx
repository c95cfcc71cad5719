import { ActionIcon, Group, Skeleton, Stack, Text, Tooltip } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { MaterializationTable } from "~/features/asset/MaterializationTable";
import { materializationsQuery, type Partition } from "~/features/asset/useAsset";
import { Facts } from "~/parts/Facts";
import { TextLink } from "~/parts/links";
import { Panel } from "~/parts/Panel";
import { When } from "~/parts/When";
import { Wrong } from "~/parts/Wrong";

type Props = { asset: string; name: string; partition: Partition | undefined; close: () => void };

/** What became of a partition. */
export function PartitionPanel({ asset, name, partition, close }: Props) {
  const { data, error, refetch } = useInfiniteQuery(materializationsQuery(asset, name));
  const written = data?.pages.flatMap(({ items }) => items);
  return (
    <Panel
      title={`Partition ${name}`}
      action={
        <Group gap="xs">
          <Tooltip label="Close">
            <ActionIcon variant="subtle" color="gray" aria-label="Close the partition" onClick={close}>
              <IconX size={16} />
            </ActionIcon>
          </Tooltip>
        </Group>
      }
    >
      <Stack gap="sm">
        {partition !== undefined && (
          <Facts
            facts={[
              ["Status", partition.status],
              [
                "Failed",
                partition.failed_at !== null && <When key="at" at={partition.failed_at} span size="sm" />,
              ],
              [
                "Run",
                partition.run_id !== null && (
                  <TextLink key="run" to="/runs/$id" params={{ id: partition.run_id }} ff="monospace">
                    {partition.run_id.slice(0, 8)}
                  </TextLink>
                ),
              ],
            ]}
          />
        )}
        {error !== null && <Wrong error={error} retry={() => void refetch()} />}
        {written === undefined && error === null && <Skeleton height={60} />}
        {written?.length === 0 && (
          <Text size="sm" c="dimmed">
            It was never materialized.
          </Text>
        )}
        {written !== undefined && written.length > 0 && <MaterializationTable items={written} />}
      </Stack>
    </Panel>
  );
}
