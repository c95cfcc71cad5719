import { Badge, Group, Text, Tooltip } from "@mantine/core";
import { IconCalendarStats, IconListCheck, IconLock } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Asset } from "~/api/assets";
import styles from "~/features/catalogue/Catalogue.module.css";
import { number, partitionWords } from "~/parts/amounts";
import { StatusBadge } from "~/parts/StatusBadge";
import { When } from "~/parts/When";

const MOST_KINDS = 2;
const MARKS = /\*\*|`|(?<=^|\s)[_*](?=\S)|(?<=\S)[_*](?=\s|$)/g; // of Markdown

/** An asset in the list. Of plain elements where they will do: some dozens of rows are drawn at once. */
export function AssetRow({ asset }: { asset: Asset }) {
  const { key, description, group, owners, kinds, status, materialized_at, partition_counts } = asset;
  return (
    <div className={styles.asset}>
      <div className={styles.name}>
        <div className={styles.line}>
          <Key text={key} />
          <Signs asset={asset} />
        </div>
        <div className={styles.line}>
          <Kinds kinds={kinds} />
          <span className={styles.about} title={description ?? undefined}>
            {description === null ? <i>No description</i> : description.replace(MARKS, "")}
          </span>
        </div>
      </div>
      <div className={styles.group} title={`Group ${group}`}>
        {group}
      </div>
      <div className={`${styles.about} ${styles.owner}`} title={owners.join(", ")}>
        {owners.join(", ")}
      </div>
      <div className={styles.status}>
        {status === null ? (
          <Badge size="sm" radius="sm" variant="default" tt="none" fw={500}>
            external
          </Badge>
        ) : (
          <StatusBadge status={status} />
        )}
        {status === "partial" && partition_counts !== null && (
          <span className={styles.counted}>
            {number(partition_counts.materialized)} of {number(partition_counts.total)}
          </span>
        )}
      </div>
      <When at={materialized_at} size="xs" c="dimmed" className={styles.when} />
    </div>
  );
}

/** A key in one line: where there is no room for all of it, what comes before the name is cut. */
function Key({ text }: { text: string }) {
  const cut = text.lastIndexOf("/") + 1;
  return (
    <Link to="/asset/$" params={{ _splat: text }} className={styles.key} title={text}>
      <bdi>
        <span className={styles.prefix}>{text.slice(0, cut)}</span>
        <span className={styles.last}>{text.slice(cut)}</span>
      </bdi>
    </Link>
  );
}

function Kinds({ kinds }: { kinds: string[] }) {
  if (kinds.length === 0) return null;
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
function Signs({ asset: { checks, partitioned, partition_counts, blocked_by, kept } }: { asset: Asset }) {
  const isBlocked = blocked_by.length > 0 || kept;
  if (checks === 0 && !partitioned && !isBlocked) return null;
  return (
    <Group gap={6} wrap="nowrap" c="dimmed">
      {checks > 0 && (
        <Tooltip label={checks === 1 ? "1 check" : `${checks} checks`}>
          <IconListCheck size={14} role="img" aria-label={`${checks} checks`} />
        </Tooltip>
      )}
      {partitioned && (
        <Tooltip label={partition_counts === null ? "In partitions" : partitionWords(partition_counts)}>
          <IconCalendarStats size={14} role="img" aria-label="In partitions" />
        </Tooltip>
      )}
      {isBlocked && (
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
