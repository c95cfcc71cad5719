import { Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { automationsQuery } from "~/features/automations/useAutomations";
import styles from "~/features/overview/Overview.module.css";
import { dueNext } from "~/features/overview/useOverview";
import { TextLink } from "~/parts/links";
import { Panel } from "~/parts/Panel";
import { selectionWords } from "~/parts/selections";
import { When } from "~/parts/When";
import { Wrong } from "~/parts/Wrong";

/** What starts by itself, and when. */
export function DueNext() {
  const { data, error, refetch } = useQuery(automationsQuery);
  const due = dueNext(data?.items ?? []);
  return (
    <Panel
      title="Due next"
      action={
        <TextLink to="/automations" c="dimmed">
          All automations
        </TextLink>
      }
    >
      {error !== null && <Wrong error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton height={60} />}
      {data !== undefined && due.length === 0 && (
        <Text size="sm" c="dimmed">
          {data.items.length === 0
            ? "Nothing runs by itself yet: a schedule is a component of three lines."
            : "Nothing that is on has a time."}
        </Text>
      )}
      <ul className={styles.list}>
        {due.map(({ name, when, selection, next_at }) => (
          <li key={name}>
            <div className={styles.main}>
              <Text size="sm" fw={600} truncate>
                {name}
              </Text>
              <Text size="xs" c="dimmed" truncate title={selection ?? undefined}>
                {when}
                {selection !== null && ` · ${selectionWords(selection)}`}
              </Text>
            </div>
            <When at={next_at} size="sm" style={{ whiteSpace: "nowrap" }} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
