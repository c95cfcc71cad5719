import { Alert, Skeleton, Stack } from "@mantine/core";
import { IconClock } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { RunActions } from "~/features/run/RunActions";
import { RunFacts } from "~/features/run/RunFacts";
import type { RunSearch } from "~/features/run/runSearch";
import { StepPanel } from "~/features/run/StepPanel";
import { Steps } from "~/features/run/Steps";
import { useClock } from "~/features/run/useClock";
import { isLive, type Run, runQuery, type Step, useFollowedRun } from "~/features/run/useRun";
import { Empty } from "~/parts/Empty";
import { PageTitle } from "~/parts/PageTitle";
import { Wrong } from "~/parts/Wrong";

const route = getRouteApi("/runs/$id");

/** A run: its steps along time, as it goes on, and whatever there is of each. */
export function RunPage() {
  const { id } = route.useParams();
  const { data: run, error, refetch } = useQuery(runQuery(id));
  useFollowedRun(id, run !== undefined && isLive(run));
  if (run === undefined && error !== null) {
    return (
      <>
        <PageTitle title="Run" />
        <Wrong error={error} retry={() => void refetch()} />
      </>
    );
  }
  if (run === undefined) return <Loading id={id} />;
  return <Loaded run={run} />;
}

function Loading({ id }: { id: string }) {
  return (
    <>
      <PageTitle title={`Run ${id}`} about={<Skeleton height={22} width={320} mt={6} />} />
      <Stack gap="lg">
        <Skeleton height={220} />
        <Skeleton height={320} />
      </Stack>
    </>
  );
}

function Loaded({ run }: { run: Run }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const now = useClock(isLive(run));
  const look = (changed: Partial<RunSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true, resetScroll: false });
  const step = run.steps.find((each) => each.step === search.step) ?? interestingOf(run.steps);
  return (
    <>
      <PageTitle
        title={`Run ${run.id}`}
        about={<RunFacts run={run} now={now} />}
        actions={<RunActions run={run} />}
      >
        Run <span style={{ fontFamily: "var(--mantine-font-family-monospace)" }}>{run.id}</span>
      </PageTitle>
      <Stack gap="xl">
        <Note run={run} />
        {step !== undefined && (
          <Steps run={run} now={now} chosen={step.step} only={search.only} look={look} />
        )}
        {step !== undefined && (
          <StepPanel key={step.step} run={run} step={step} search={search} look={look} />
        )}
      </Stack>
    </>
  );
}

/** The step that is looked at before one is chosen: what failed, what is at work, or the last that was. */
export function interestingOf(steps: readonly Step[]): Step | undefined {
  const isIn = (status: Step["status"]) => steps.find((each) => each.status === status);
  return isIn("failed") ?? isIn("running") ?? steps.findLast((each) => each.attempts.length > 0) ?? steps[0];
}

function Note({ run }: { run: Run }) {
  if (run.steps.length === 0) {
    return (
      <Empty title={run.error ? "It couldn't be planned" : "No steps yet"} icon={IconClock}>
        {run.error || "What it will do is planned as soon as it begins."}
      </Empty>
    );
  }
  if (run.status === "queued") {
    return (
      <Alert color="gray" variant="light" icon={<IconClock aria-hidden />} p="xs">
        It waits until there is room: so many runs at a time are what the project allows.
      </Alert>
    );
  }
  if (run.status === "interrupted") {
    return (
      <Alert color="orange" variant="light" p="xs">
        Nobody runs it any more. Resuming it goes on with what was left.
      </Alert>
    );
  }
  return null;
}
