import { Badge, Group, Text, Tooltip } from "@mantine/core";
import { IconCalendarStats, IconListCheck, IconLock } from "@tabler/icons-react";
import type { Asset } from "~/api/assets";
import styles from "~/features/catalogue/Catalogue.module.css";
import { AssetLink } from "~/parts/AssetLink";
import { StatusBadge } from "~/parts/StatusBadge";
import { When } from "~/parts/When";

const MOST_KINDS = 3;
const MARKS = /\*\*|`|(?<=^|\s)[_*](?=\S)|(?<=\S)[_*](?=\s|$)/g; // of Markdown

/** An asset in the list. */
export function AssetRow({ asset }: { asset: Asset }) {
  const { key, description, group, owners, kinds, status, materialized_at } = asset;
  return (
    <div className={styles.asset}>
      <div className={styles.name}>
        <Group gap={8} wrap="nowrap">
          <AssetLink assetKey={key} className={styles.link} />
          <Signs asset={asset} />
          <Kinds kinds={kinds} />
        </Group>
        <Text size="xs" c="dimmed" truncate>
          {description === null ? <i>No description</i> : description.replace(MARKS, "")}
        </Text>
      </div>
      <Text size="sm" truncate className={styles.group} title={`Group ${group}`}>
        {group}
      </Text>
      <Text size="xs" c="dimmed" truncate className={styles.owner} title={owners.join(", ")}>
        {owners.join(", ")}
      </Text>
      <div className={styles.status}>
        {status === null ? (
          <Badge size="sm" radius="sm" variant="default" tt="none" fw={500}>
            external
          </Badge>
        ) : (
          <StatusBadge status={status} />
        )}
      </div>
      <When at={materialized_at} size="xs" c="dimmed" className={styles.when} />
    </div>
  );
}

function Kinds({ kinds }: { kinds: string[] }) {
  return (
    <Group gap={4} wrap="nowrap" className={styles.kinds}>
      {kinds.slice(0, MOST_KINDS).map((each) => (
        <Badge key={each} size="xs" variant="default" tt="none" fw={500}>
          {each}
        </Badge>
      ))}
      {kinds.length > MOST_KINDS && (
        <Text size="xs" c="dimmed" title={kinds.join(", ")}>
          +{kinds.length - MOST_KINDS}
        </Text>
      )}
    </Group>
  );
}

/** What else is worth knowing of it at a glance. */
function Signs({ asset: { checks, partitioned, blocked_by, kept } }: { asset: Asset }) {
  return (
    <Group gap={6} wrap="nowrap" c="dimmed">
      {checks > 0 && (
        <Tooltip label={checks === 1 ? "1 check" : `${checks} checks`}>
          <IconListCheck size={14} role="img" aria-label={`${checks} checks`} />
        </Tooltip>
      )}
      {partitioned && (
        <Tooltip label="In partitions">
          <IconCalendarStats size={14} role="img" aria-label="In partitions" />
        </Tooltip>
      )}
      {(blocked_by.length > 0 || kept) && (
        <Tooltip
          label={
            kept
              ? "Its component is broken: this is what it was before"
              : `It waits for broken components: ${blocked_by.join(", ")}`
          }
        >
          <IconLock
            size={14}
            role="img"
            aria-label="Blocked by a broken component"
            color="var(--mantine-color-red-text)"
          />
        </Tooltip>
      )}
    </Group>
  );
}
