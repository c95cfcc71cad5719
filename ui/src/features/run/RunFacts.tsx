import { Code, Group, Spoiler, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { isLive, type Run } from "~/features/run/useRun";
import { BadgeLink, TextLink } from "~/parts/links";
import { StatusBadge } from "~/parts/StatusBadge";
import { duration, secondsOf } from "~/parts/times";
import { When } from "~/parts/When";

/** What a run is of, who asked for it, how it stands. */
export function RunFacts({ run, now }: { run: Run; now: number }) {
  const seconds = secondsOf(run, now);
  const tags = Object.entries(run.tags);
  return (
    <>
      <Group gap="4px 16px" mt={6} mb={6}>
        <StatusBadge status={run.status} size="md" />
        {run.partition !== null && <Fact label="Partition">{run.partition}</Fact>}
        {seconds !== null && <Fact label={isLive(run) ? "Running for" : "Took"}>{duration(seconds)}</Fact>}
        <Fact label="Asked for">
          <When at={run.created_at} span inherit /> by {run.launched_by}
        </Fact>
        {run.rerun_of !== null && (
          <Fact label="Repeats">
            <TextLink to="/runs/$id" params={{ id: run.rerun_of }} ff="monospace">
              {run.rerun_of}
            </TextLink>
          </Fact>
        )}
        {tags.map(([name, value]) => (
          <BadgeLink
            key={name}
            to="/runs"
            search={{ tag: value ? `${name}=${value}` : name }}
            title="Runs with this tag"
            variant="light"
            color="gray"
          >
            {value ? `${name}: ${value}` : name}
          </BadgeLink>
        ))}
      </Group>
      <Spoiler
        maxHeight={48}
        showLabel="Show all of it"
        hideLabel="Show less"
        styles={{ control: { fontSize: 13 } }}
      >
        <Fact label="Assets">
          <Code style={{ overflowWrap: "anywhere" }}>{run.selection}</Code>
        </Fact>
        {Object.keys(run.config).length > 0 && (
          <Text size="sm">
            <Text span c="dimmed" size="sm">
              Config
            </Text>{" "}
            <Code style={{ overflowWrap: "anywhere" }}>{JSON.stringify(run.config)}</Code>
          </Text>
        )}
      </Spoiler>
    </>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Text size="sm" component="span">
      <Text span c="dimmed" size="sm">
        {label}
      </Text>{" "}
      {children}
    </Text>
  );
}
