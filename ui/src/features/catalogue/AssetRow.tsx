import { Badge, Group, Text, Tooltip } from "@mantine/core";
import { IconCalendarStats, IconListCheck, IconLock } from "@tabler/icons-react";
import type { Asset } from "~/api/assets";
import styles from "~/features/catalogue/Catalogue.module.css";
import { TextLink } from "~/parts/links";
import { StatusBadge } from "~/parts/StatusBadge";
import { When } from "~/parts/When";

const MOST_KINDS = 2;
const MARKS = /\*\*|`|(?<=^|\s)[_*](?=\S)|(?<=\S)[_*](?=\s|$)/g; // of Markdown

/** An asset in the list. */
export function AssetRow({ asset }: { asset: Asset }) {
  const { key, description, group, owners, kinds, status, materialized_at } = asset;
  return (
    <div className={styles.asset}>
      <div className={styles.name}>
        <Group gap={8} wrap="nowrap">
          <Key text={key} />
          <Signs asset={asset} />
        </Group>
        <Group gap={8} wrap="nowrap">
          <Kinds kinds={kinds} />
          <Text size="xs" c="dimmed" truncate title={description ?? undefined}>
            {description === null ? <i>No description</i> : description.replace(MARKS, "")}
          </Text>
        </Group>
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

/** A key in one line: where there is no room for all of it, what comes before the name is cut. */
function Key({ text }: { text: string }) {
  const cut = text.lastIndexOf("/") + 1;
  return (
    <TextLink to="/asset/$" params={{ _splat: text }} className={styles.key} title={text}>
      <bdi>
        <span className={styles.prefix}>{text.slice(0, cut)}</span>
        <span className={styles.last}>{text.slice(cut)}</span>
      </bdi>
    </TextLink>
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
