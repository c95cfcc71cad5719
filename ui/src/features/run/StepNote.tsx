import { Alert, Group, Text } from "@mantine/core";
import { namesOf } from "~/features/run/TimelineRow";
import type { Attempt, Step } from "~/features/run/useRun";
import { AssetLink } from "~/parts/AssetLink";
import { size } from "~/parts/figures";
import { STATUS_LOOKS } from "~/parts/status";
import { duration, exactTime } from "~/parts/times";

const MOST_ASSETS = 8;

/** What there is to know of a step at a glance: what it makes, what it waits for, what went wrong, what it used. */
export function StepNote({ step, attempt }: { step: Step; attempt: Attempt | undefined }) {
  const error = attempt?.error || step.error;
  return (
    <>
      <Facts step={step} attempt={attempt} />
      {error && (
        <Alert
          color={STATUS_LOOKS[attempt?.status ?? step.status].color}
          variant="light"
          mb="sm"
          p="xs"
          role="note"
        >
          <Text size="sm" ff="monospace" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
            {error}
          </Text>
        </Alert>
      )}
    </>
  );
}

function Facts({ step, attempt }: { step: Step; attempt: Attempt | undefined }) {
  const more = step.assets.length - MOST_ASSETS;
  return (
    <Group gap="4px 18px" mb="sm" fz="sm">
      {step.assets.length > 0 && (
        <Group gap="2px 10px">
          <Text size="sm" c="dimmed">
            Makes
          </Text>
          {step.assets.slice(0, MOST_ASSETS).map((each) => (
            <AssetLink key={each} assetKey={each} />
          ))}
          {more > 0 && <Text size="sm">and {more} more</Text>}
        </Group>
      )}
      {attempt === undefined && step.after.length > 0 && step.status === "pending" && (
        <Fact label="Waits for">{step.after.map((each) => namesOf(each).name).join(", ")}</Fact>
      )}
      {attempt !== undefined && <Used attempt={attempt} />}
    </Group>
  );
}

function Used({
  attempt: { started_at, seconds, exit_code, peak_memory, cpu_seconds, peak_gpu_memory },
}: {
  attempt: Attempt;
}) {
  return (
    <>
      {seconds !== null && (
        <Fact label="Took" title={`from ${exactTime(started_at)}`}>
          {duration(seconds)}
        </Fact>
      )}
      {cpu_seconds !== null && <Fact label="Processor">{duration(cpu_seconds)}</Fact>}
      {peak_memory !== null && <Fact label="Memory">{size(peak_memory)}</Fact>}
      {peak_gpu_memory !== null && <Fact label="GPU memory">{size(peak_gpu_memory)}</Fact>}
      {exit_code !== null && exit_code !== 0 && <Fact label="Exit code">{String(exit_code)}</Fact>}
    </>
  );
}

function Fact({ label, title, children }: { label: string; title?: string; children: string }) {
  return (
    <Text size="sm" title={title}>
      <Text span c="dimmed" size="sm">
        {label}
      </Text>{" "}
      {children}
    </Text>
  );
}
