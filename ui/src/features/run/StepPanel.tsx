import { Badge, Group, SegmentedControl, Tabs, Text, Title } from "@mantine/core";
import { IconFiles, IconListCheck, IconTerminal2 } from "@tabler/icons-react";
import { Files } from "~/features/run/Files";
import { shownAs } from "~/features/run/files";
import { LogView } from "~/features/run/output/LogView";
import { Results } from "~/features/run/Results";
import type { Part, RunSearch } from "~/features/run/runSearch";
import { StepNote } from "~/features/run/StepNote";
import { namesOf } from "~/features/run/TimelineRow";
import type { Attempt, Run, Step } from "~/features/run/useRun";
import { StatusBadge } from "~/parts/StatusBadge";

type Props = { run: Run; step: Step; search: RunSearch; look: (changed: Partial<RunSearch>) => void };

/** A step of a run: its attempts, and of each what it printed, which files it kept, and what it reported. */
export function StepPanel({ run, step, search, look }: Props) {
  const attempt = step.attempts.find((each) => each.attempt === search.attempt) ?? step.attempts.at(-1);
  const { name, where } = namesOf(step.step);
  return (
    <section aria-labelledby="step">
      <Group gap="sm" mb="xs">
        <Title order={2} id="step" style={{ overflowWrap: "anywhere" }}>
          {name}
        </Title>
        {where && (
          <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
            {where}
          </Text>
        )}
        <StatusBadge status={step.status} />
        <Attempts step={step} chosen={attempt} choose={(next) => look({ attempt: next })} />
      </Group>
      <StepNote step={step} attempt={attempt} />
      {attempt !== undefined && (
        <AttemptParts run={run} step={step} attempt={attempt} search={search} look={look} />
      )}
    </section>
  );
}

type AttemptsProps = { step: Step; chosen: Attempt | undefined; choose: (attempt: number) => void };

function Attempts({ step: { attempts }, chosen, choose }: AttemptsProps) {
  if (attempts.length < 2 || chosen === undefined) return null;
  return (
    <SegmentedControl
      size="xs"
      aria-label="Attempt"
      value={String(chosen.attempt)}
      onChange={(value) => choose(Number(value))}
      data={attempts.map(({ attempt, status }) => ({
        value: String(attempt),
        label: `Attempt ${attempt}${status === "succeeded" ? "" : ` (${status})`}`,
      }))}
    />
  );
}

function AttemptParts({ run, step, attempt, search, look }: Props & { attempt: Attempt }) {
  const of = <T extends { step: string }>(items: T[]) => items.filter((each) => each.step === step.step);
  const materializations = of(run.materializations);
  const checks = of(run.checks);
  const hasPage = attempt.artifacts.some((each) => shownAs(each.name) === "page");
  const shown = search.show ?? (hasPage && attempt.status !== "running" ? "files" : "output");
  return (
    <Tabs
      value={shown}
      onChange={(part) => look({ show: part as Part, file: undefined })}
      keepMounted={false}
    >
      <Tabs.List mb="sm">
        <Tabs.Tab value="output" leftSection={<IconTerminal2 size={16} aria-hidden />}>
          Output
        </Tabs.Tab>
        <Tabs.Tab
          value="files"
          leftSection={<IconFiles size={16} aria-hidden />}
          rightSection={<Count of={attempt.artifacts.length} />}
        >
          Files
        </Tabs.Tab>
        <Tabs.Tab
          value="results"
          leftSection={<IconListCheck size={16} aria-hidden />}
          rightSection={<Count of={materializations.length + checks.length} />}
        >
          Results
        </Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="output">
        <LogView
          key={`${step.step} ${attempt.attempt}`}
          of={{ run: run.id, step: step.step, attempt: attempt.attempt }}
          isGrowing={attempt.status === "running"}
        />
      </Tabs.Panel>
      <Tabs.Panel value="files">
        <Files
          run={run.id}
          step={step.step}
          attempt={attempt}
          file={search.file}
          choose={(file) => look({ show: "files", file })}
        />
      </Tabs.Panel>
      <Tabs.Panel value="results">
        <Results materializations={materializations} checks={checks} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Count({ of }: { of: number }) {
  return of === 0 ? null : (
    <Badge size="sm" variant="light" color="gray" circle={of < 10}>
      {of}
    </Badge>
  );
}
