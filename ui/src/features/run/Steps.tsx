import { ActionIcon, Button, Group, Title, Tooltip } from "@mantine/core";
import { IconArrowsMaximize, IconZoomIn, IconZoomOut, type TablerIcon } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import type { RunSearch } from "~/features/run/runSearch";
import { Timeline } from "~/features/run/Timeline";
import styles from "~/features/run/Timeline.module.css";
import { spanOf } from "~/features/run/times";
import type { Run, Step } from "~/features/run/useRun";
import { number } from "~/parts/amounts";
import { STATUS_LOOKS, type StepStatus } from "~/parts/status";

const STATUSES: StepStatus[] = [
  "failed",
  "running",
  "interrupted",
  "cancelled",
  "succeeded",
  "pending",
  "skipped",
];
const MOST_ZOOM = 32;

type Props = {
  run: Run;
  now: number;
  chosen: string | undefined;
  only: string | undefined;
  look: (changed: Partial<RunSearch>) => void;
};

/** The steps of a run: how many are in which state, and their time line. */
export function Steps({ run, now, chosen, only, look }: Props) {
  const [zoom, setZoom] = useState(1);
  const all = useMemo(() => new Map(run.steps.map((each) => [each.step, each])), [run.steps]);
  const isThere = run.steps.some((each) => each.status === only);
  const steps = useMemo(
    () => (isThere ? run.steps.filter((each) => each.status === only) : run.steps),
    [run.steps, isThere, only],
  );
  return (
    <section aria-labelledby="steps">
      <div className={styles.tools}>
        <Group gap="xs">
          <Title order={2} id="steps" mr="xs">
            Steps
          </Title>
          <States steps={run.steps} only={isThere ? only : undefined} look={look} />
        </Group>
        <Group gap={4}>
          <Zoom
            icon={IconZoomOut}
            label="Zoom out"
            act={() => setZoom(Math.max(1, zoom / 2))}
            off={zoom === 1}
          />
          <Zoom icon={IconZoomIn} label="Zoom in" act={() => setZoom(zoom * 2)} off={zoom >= MOST_ZOOM} />
          <Zoom icon={IconArrowsMaximize} label="Zoom to fit" act={() => setZoom(1)} off={zoom === 1} />
        </Group>
      </div>
      <Timeline
        steps={steps}
        all={all}
        span={spanOf(run, now)}
        now={now}
        zoom={zoom}
        chosen={chosen}
        choose={(step) => look({ step, attempt: undefined, show: undefined, file: undefined })}
      />
    </section>
  );
}

type StatesProps = { steps: Step[]; only: string | undefined; look: Props["look"] };

/** How many steps are in which state; a state can be picked out. */
function States({ steps, only, look }: StatesProps) {
  const counts = STATUSES.map((status) => ({
    status,
    count: steps.filter((each) => each.status === status).length,
  })).filter(({ count }) => count > 0);
  return counts.map(({ status, count }) => {
    const { color, icon: Icon, means } = STATUS_LOOKS[status];
    const isOnly = status === only;
    return (
      <Tooltip key={status} label={isOnly ? "Show all steps" : means}>
        <Button
          size="compact-xs"
          variant={isOnly ? "outline" : "light"}
          color={color}
          leftSection={<Icon size={13} aria-hidden />}
          aria-pressed={isOnly}
          onClick={() => look({ only: isOnly ? undefined : status })}
        >
          {number(count)} {status}
        </Button>
      </Tooltip>
    );
  });
}

function Zoom({
  icon: Icon,
  label,
  act,
  off,
}: {
  icon: TablerIcon;
  label: string;
  act: () => void;
  off: boolean;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={act} disabled={off}>
        <Icon size={17} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
