import { Group, Skeleton, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import styles from "~/features/overview/Overview.module.css";
import { type Check, failingChecksQuery, urgentAssetsQuery } from "~/features/overview/useOverview";
import { AssetLink } from "~/parts/AssetLink";
import { number } from "~/parts/amounts";
import { TextLink } from "~/parts/links";
import { Panel } from "~/parts/Panel";
import { StatusBadge } from "~/parts/StatusBadge";
import { When } from "~/parts/When";
import { Wrong } from "~/parts/Wrong";

/** What needs somebody: assets that failed or are overdue, and checks that don't pass. */
export function Attention() {
  const assets = useQuery(urgentAssetsQuery);
  const checks = useQuery(failingChecksQuery);
  const error = assets.error ?? checks.error;
  if (error !== null)
    return (
      <Panel title="Needs attention">
        <Wrong
          error={error}
          retry={() => {
            void assets.refetch();
            void checks.refetch();
          }}
        />
      </Panel>
    );
  if (assets.data === undefined || checks.data === undefined)
    return (
      <Panel title="Needs attention">
        <Skeleton height={100} />
      </Panel>
    );
  const isWell = assets.data.total + checks.data.total === 0;
  const more = assets.data.total + checks.data.total - assets.data.items.length - checks.data.items.length;
  return (
    <Panel
      title="Needs attention"
      action={
        more > 0 && (
          <TextLink to="/assets" search={{ status: ["failed", "overdue"] }} c="dimmed">
            {number(more)} more
          </TextLink>
        )
      }
    >
      {isWell && (
        <Group gap="xs" wrap="nowrap">
          <IconCircleCheck size={18} color="var(--mantine-color-green-text)" aria-hidden />
          <Text size="sm">No asset has failed or is overdue, and no check fails.</Text>
        </Group>
      )}
      <ul className={styles.list}>
        {assets.data.items.map(({ key, status, materialized_at }) => (
          <li key={key}>
            <div className={styles.main}>
              <AssetLink assetKey={key} />
              <Text size="xs" c="dimmed">
                {materialized_at === null ? "never materialized" : "last materialized "}
                {materialized_at !== null && <When at={materialized_at} span inherit />}
              </Text>
            </div>
            {status !== null && <StatusBadge status={status} />}
          </li>
        ))}
        {checks.data.items.map((each) => (
          <CheckLine key={`${each.asset} ${each.name}`} check={each} />
        ))}
      </ul>
    </Panel>
  );
}

function CheckLine({ check: { asset, name, status, last } }: { check: Check }) {
  const isWarning = status === "warned";
  const Icon = isWarning ? IconAlertTriangle : IconCircleX;
  const color = `var(--mantine-color-${isWarning ? "yellow" : "red"}-text)`;
  return (
    <li>
      <div className={styles.main}>
        <TextLink to="/asset/$" params={{ _splat: asset }} search={{ tab: "checks", check: name }} fw={600}>
          {name}
        </TextLink>
        <Text size="xs" c="dimmed" truncate>
          check of {asset}
          {last !== null && " · "}
          {last !== null && <When at={last.created_at} span inherit />}
        </Text>
      </div>
      <Group gap={4} wrap="nowrap">
        <Icon size={15} color={color} aria-hidden />
        <Text size="xs" fw={600} c={color}>
          {isWarning ? "warns" : "fails"}
        </Text>
      </Group>
    </li>
  );
}
