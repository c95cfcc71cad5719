import { Badge, CloseButton, Group, Paper, ScrollArea, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconAffiliate, IconExternalLink } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { type AssetDetail, assetQuery } from "~/api/assets";
import { LaunchButton } from "~/features/launch/LaunchButton";
import { ColumnsList } from "~/features/lineage/ColumnsList";
import { selectionOf } from "~/graph/around";
import { splitKey } from "~/graph/model";
import { partitionWords } from "~/parts/amounts";
import { ButtonLink } from "~/parts/links";
import { StatusBadge } from "~/parts/StatusBadge";
import { When } from "~/parts/When";
import { Wrong } from "~/parts/Wrong";

type Props = {
  assetKey: string;
  column: string | undefined;
  chooseColumn: (column: string | undefined) => void;
  close: () => void;
};

/** What is to be known of the asset in focus, and where to go from there. */
export function AssetPanel({ assetKey, column, chooseColumn, close }: Props) {
  const { data, error, refetch } = useQuery(assetQuery(assetKey));
  const { prefix, name } = splitKey(assetKey);
  return (
    <Paper
      withBorder
      component="aside"
      aria-label={`About ${assetKey}`}
      style={{ minHeight: 0, display: "flex" }}
    >
      <ScrollArea style={{ flex: 1 }} type="auto">
        <Stack gap="sm" p="md">
          <Group justify="space-between" wrap="nowrap" align="flex-start" gap="xs">
            <div style={{ minWidth: 0 }}>
              {prefix && (
                <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                  {prefix}
                </Text>
              )}
              <Title order={2} style={{ overflowWrap: "anywhere" }}>
                {name}
              </Title>
            </div>
            <CloseButton aria-label="Close" onClick={close} />
          </Group>
          {error && <Wrong error={error} retry={() => void refetch()} />}
          {data ? <Facts asset={data} /> : !error && <Waiting />}
          <Group gap="xs">
            <ButtonLink
              to="/asset/$"
              params={{ _splat: assetKey }}
              size="xs"
              leftSection={<IconExternalLink size={14} aria-hidden />}
            >
              Asset page
            </ButtonLink>
            <ButtonLink
              to="/lineage"
              search={{ selection: selectionOf(assetKey), up: 2, down: 2, focus: assetKey }}
              size="xs"
              variant="default"
              leftSection={<IconAffiliate size={14} aria-hidden />}
            >
              Around it
            </ButtonLink>
            {data && !data.external && (
              <LaunchButton selection={selectionOf(assetKey)} label="Materialize" size="xs" variant="light" />
            )}
          </Group>
          <ColumnsList assetKey={assetKey} column={column} choose={chooseColumn} />
        </Stack>
      </ScrollArea>
    </Paper>
  );
}

function Facts({ asset }: { asset: AssetDetail }) {
  return (
    <>
      <Group gap={6}>
        {asset.status ? (
          <StatusBadge status={asset.status} />
        ) : (
          <Badge variant="light" color="gray" radius="sm" style={{ textTransform: "none" }}>
            external
          </Badge>
        )}
        {asset.kinds.map((kind) => (
          <Badge key={kind} variant="default" radius="sm" style={{ textTransform: "none" }}>
            {kind}
          </Badge>
        ))}
      </Group>
      {asset.reasons.length > 0 && (
        <Text size="sm" c="dimmed">
          {asset.reasons.join("; ")}
        </Text>
      )}
      {asset.description && <Text size="sm">{asset.description}</Text>}
      <dl style={{ margin: 0, display: "grid", gridTemplateColumns: "auto 1fr", gap: "4px 14px" }}>
        <Fact name="Group">{asset.group}</Fact>
        {asset.partition_counts && <Fact name="Partitions">{partitionWords(asset.partition_counts)}</Fact>}
        <Fact name="Materialized">
          <When at={asset.materialized_at} size="sm" />
        </Fact>
        {asset.owners.length > 0 && <Fact name="Owners">{asset.owners.join(", ")}</Fact>}
        {asset.compute && <Fact name="Compute">{asset.compute}</Fact>}
        {asset.checks > 0 && <Fact name="Checks">{asset.checks}</Fact>}
        <Fact name="Upstream">{asset.upstream.length}</Fact>
        <Fact name="Downstream">{asset.downstream.length}</Fact>
      </dl>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <Text component="dt" size="sm" c="dimmed">
        {name}
      </Text>
      <Text component="dd" size="sm" m={0} style={{ overflowWrap: "anywhere" }}>
        {children}
      </Text>
    </>
  );
}

function Waiting() {
  return (
    <Stack gap="xs" aria-hidden>
      <Skeleton h={20} w={90} />
      <Skeleton h={16} />
      <Skeleton h={16} w="70%" />
      <Skeleton h={16} w="60%" />
    </Stack>
  );
}
