import { Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import styles from "~/features/overview/Overview.module.css";
import { latestRunsQuery, type Run } from "~/features/overview/useOverview";
import { TextLink } from "~/parts/links";
import { Panel } from "~/parts/Panel";
import { StatusBadge } from "~/parts/StatusBadge";
import { selectionWords } from "~/parts/selections";
import { duration, secondsOf } from "~/parts/times";
import { useNow } from "~/parts/useNow";
import { When } from "~/parts/When";
import { Wrong } from "~/parts/Wrong";

/** The runs that were asked for last. */
export function LatestRuns() {
  const { data, error, refetch } = useQuery(latestRunsQuery);
  return (
    <Panel
      title="Latest runs"
      action={
        <TextLink to="/runs" c="dimmed">
          All runs
        </TextLink>
      }
    >
      {error !== null && <Wrong error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton height={260} />}
      {data?.items.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing has run yet. Launch a run from an asset, or type <code>treadle run</code>.
        </Text>
      )}
      <ul className={styles.list}>
        {data?.items.map((each) => (
          <RunLine key={each.id} run={each} />
        ))}
      </ul>
    </Panel>
  );
}

function RunLine({ run }: { run: Run }) {
  const { id, status, selection, partition, launched_by, created_at, ended_at } = run;
  const seconds = secondsOf(run, useNow());
  return (
    <li>
      <div className={styles.main}>
        <TextLink to="/runs/$id" params={{ id }} truncate display="block" title={selection}>
          {selectionWords(selection)}
          {partition !== null && ` · ${partition}`}
        </TextLink>
        <Text size="xs" c="dimmed" truncate>
          {launched_by}
          {" · "}
          <When at={created_at} span inherit />
          {ended_at !== null && seconds !== null && ` · ${duration(seconds)}`}
        </Text>
      </div>
      <StatusBadge status={status} />
    </li>
  );
}
