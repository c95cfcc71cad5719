import { Badge, Group, Text } from "@mantine/core";
import { IconAffiliate } from "@tabler/icons-react";
import type { AssetDetail } from "~/api/assets";
import { LaunchButton } from "~/features/launch/LaunchButton";
import { selectionOf } from "~/graph/around";
import { partitionWords } from "~/parts/amounts";
import { EditLink } from "~/parts/EditLink";
import { ButtonLink, TextLink } from "~/parts/links";
import { PageTitle } from "~/parts/PageTitle";
import { StatusBadge } from "~/parts/StatusBadge";
import { When } from "~/parts/When";

/** What an asset is called, how it stands, and what can be done with it. */
export function AssetHeader({ asset }: { asset: AssetDetail }) {
  const { key } = asset;
  const { file } = asset.component_place;
  const cut = key.lastIndexOf("/") + 1;
  return (
    <PageTitle
      title={key}
      about={<Standing asset={asset} />}
      actions={
        <>
          <ButtonLink
            to="/lineage"
            search={{ selection: selectionOf(key), up: 1, down: 1, focus: key }}
            variant="default"
            size="sm"
            leftSection={<IconAffiliate size={16} aria-hidden />}
          >
            Lineage
          </ButtonLink>
          {file !== null && /\.ya?ml$/.test(file) && <EditLink file={file} variant="default" size="sm" />}
          {!asset.external && <LaunchButton selection={selectionOf(key)} label="Materialize" />}
        </>
      }
    >
      <Text span inherit c="dimmed" fw={500}>
        {key.slice(0, cut)}
      </Text>
      {key.slice(cut)}
    </PageTitle>
  );
}

function Standing({
  asset: { status, external, kinds, materialized_at, component_type, partition_counts },
}: {
  asset: AssetDetail;
}) {
  return (
    <Group gap={8} mt={4}>
      {status !== null && <StatusBadge status={status} size="md" />}
      {partition_counts !== null && (
        <Text span size="sm" c="dimmed">
          {partitionWords(partition_counts)}
        </Text>
      )}
      {external && (
        <Badge variant="default" radius="sm" tt="none" fw={500}>
          external
        </Badge>
      )}
      {kinds.map((each) => (
        <Badge key={each} variant="default" radius="sm" tt="none" fw={500}>
          {each}
        </Badge>
      ))}
      {component_type !== null && (
        <TextLink to="/types/$name" params={{ name: component_type }} c="dimmed">
          {component_type}
        </TextLink>
      )}
      {!external && (
        <Text span size="sm" c="dimmed">
          {materialized_at === null ? "never materialized" : "materialized "}
          {materialized_at !== null && <When at={materialized_at} span size="sm" />}
        </Text>
      )}
    </Group>
  );
}
