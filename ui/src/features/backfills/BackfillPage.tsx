import {
  Badge,
  Button,
  Group,
  Paper,
  Progress,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  Tooltip,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import styles from "~/features/backfills/BackfillPage.module.css";
import { colorOf, countStates, stateOf } from "~/features/backfills/progress";
import { type BackfillDetail, backfillQuery, useBackfillChange } from "~/features/backfills/useBackfills";
import { Allowed } from "~/parts/Allowed";
import { PageTitle } from "~/parts/PageTitle";
import { StatusBadge } from "~/parts/StatusBadge";
import { When } from "~/parts/When";
import { Wrong } from "~/parts/Wrong";

const route = getRouteApi("/backfills/$id");

/** A backfill: how far it is, each of its parts, and what can be done with it. */
export function BackfillPage() {
  const { id } = route.useParams();
  const { data, error, refetch } = useQuery(backfillQuery(id));
  if (error !== null) {
    return (
      <>
        <PageTitle title="Backfill" />
        <Wrong error={error} retry={() => void refetch()} />
      </>
    );
  }
  if (data === undefined) return <Skeleton height={240} />;
  return (
    <>
      <PageTitle
        title={`Backfill ${data.id.slice(0, 8)}`}
        about={
          <Group gap="sm">
            <StatusBadge status={data.status} />
            <span>
              asked for <When at={data.created_at} span inherit />
            </span>
            <span>
              {data.runs_at_once === 1 ? "one run at a time" : `${data.runs_at_once} runs at a time`}
            </span>
          </Group>
        }
        actions={<Actions backfill={data} />}
      />
      <Stack gap="lg">
        {data.error && <Wrong error={new Error(data.error)} />}
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Fact label="Assets">{data.selection}</Fact>
          <Fact label="Partitions">{data.partitions}</Fact>
        </SimpleGrid>
        <Parts parts={data.parts} />
      </Stack>
    </>
  );
}

function Actions({ backfill: { id, status } }: { backfill: BackfillDetail }) {
  const { mutate, isPending } = useBackfillChange(id);
  if (status === "running") {
    return (
      <Allowed needs="launcher">
        <Button size="sm" color="red" variant="light" loading={isPending} onClick={() => mutate("cancel")}>
          Cancel
        </Button>
      </Allowed>
    );
  }
  return status === "succeeded" ? null : (
    <Allowed needs="launcher">
      <Button size="sm" loading={isPending} onClick={() => mutate("resume")}>
        Resume
      </Button>
    </Allowed>
  );
}

function Fact({ label, children }: { label: string; children: string }) {
  return (
    <Paper withBorder p="sm">
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text ff="monospace" size="sm" style={{ overflowWrap: "anywhere" }}>
        {children}
      </Text>
    </Paper>
  );
}

function Parts({ parts }: { parts: BackfillDetail["parts"] }) {
  const counts = countStates(parts);
  return (
    <section aria-label="Parts">
      <Progress.Root size="lg" mb="xs">
        {counts.map(([state, count]) => (
          <Progress.Section
            key={state}
            value={(100 * count) / parts.length}
            color={colorOf(state)}
            aria-label={`${count} ${state}`}
          />
        ))}
      </Progress.Root>
      <Group gap="xs" mb="md">
        {counts.map(([state, count]) => (
          <Badge key={state} variant="light" color={colorOf(state)} tt="none" radius="sm">
            {count} {state}
          </Badge>
        ))}
      </Group>
      <ul className={styles.parts}>
        {parts.map((part) => (
          <Part key={part.partition} part={part} />
        ))}
      </ul>
    </section>
  );
}

function Part({ part }: { part: BackfillDetail["parts"][number] }) {
  const state = stateOf(part);
  const words = `${part.partition}: ${state}`;
  const color = `var(--mantine-color-${colorOf(state)}-light)`;
  return (
    <li>
      <Tooltip label={words}>
        {part.run_id === null ? (
          <span className={styles.part} style={{ background: color }}>
            {part.partition}
          </span>
        ) : (
          <Link
            to="/runs/$id"
            params={{ id: part.run_id }}
            className={styles.part}
            style={{ background: color }}
            aria-label={words}
          >
            {part.partition}
          </Link>
        )}
      </Tooltip>
    </li>
  );
}
