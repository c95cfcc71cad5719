import { VisuallyHidden } from "@mantine/core";
import { memo } from "react";
import styles from "~/features/run/Timeline.module.css";
import { place, type Span, spanOfAttempt, waitOf } from "~/features/run/times";
import type { Attempt, Step } from "~/features/run/useRun";
import { STATUS_LOOKS } from "~/parts/status";
import { duration, secondsOf } from "~/parts/times";

type Props = {
  id: string;
  step: Step;
  steps: ReadonlyMap<string, Step>;
  span: Span;
  now: number;
  top: number;
  place: [number, number];
  isChosen: boolean;
  isRelated: boolean;
  choose: (step: string) => void;
  point: (step: string | undefined) => void;
};

/** A step: its name, how it stands, and a bar for each attempt. */
export const TimelineRow = memo(function TimelineRow(props: Props) {
  const { id, step, steps, span, now, top, isChosen, isRelated, choose, point } = props;
  const { color, icon: Icon } = STATUS_LOOKS[step.status];
  const { name, where } = namesOf(step.step);
  const last = step.attempts.at(-1);
  const seconds = last === undefined ? null : secondsOf(last, now);
  const wait = waitOf(step, steps, span, now);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list that it is in takes the keys
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      aria-posinset={props.place[0]}
      aria-setsize={props.place[1]}
      className={`${styles.row} ${isRelated ? styles.related : ""} ${isChosen ? styles.chosen : ""}`}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => choose(step.step)}
      onMouseEnter={() => point(step.step)}
      onMouseLeave={() => point(undefined)}
    >
      <span className={styles.label}>
        <Icon size={15} color={`var(--mantine-color-${color}-text)`} aria-hidden />
        <span className={styles.name}>{name}</span>
        {where && <span className={styles.where}>{where}</span>}
        <VisuallyHidden>{`${step.status}${seconds === null ? "" : `, ${duration(seconds)}`}`}</VisuallyHidden>
      </span>
      <span className={styles.track} aria-hidden="true">
        {wait && <Bar className={styles.wait} span={span} of={wait} title="Waiting for room" />}
        {step.attempts.map((each) => (
          <AttemptBar key={each.attempt} attempt={each} span={span} now={now} />
        ))}
        {seconds !== null && <Took step={step} span={span} now={now} seconds={seconds} />}
      </span>
    </div>
  );
});

/** What people call a step, and which component it is of: `sales/jdbt:build` is `build` of `sales/jdbt`. */
export function namesOf(step: string): { name: string; where: string } {
  const cut = step.lastIndexOf(":");
  return cut < 0 ? { name: step, where: "" } : { name: step.slice(cut + 1), where: step.slice(0, cut) };
}

function AttemptBar({ attempt, span, now }: { attempt: Attempt; span: Span; now: number }) {
  const of = spanOfAttempt(attempt, now);
  const isRunning = attempt.status === "running";
  const words = `Attempt ${attempt.attempt}: ${attempt.status}, ${duration((of.end - of.start) / 1000)}`;
  return (
    <Bar
      className={`${styles.bar} ${isRunning ? styles.running : ""}`}
      span={span}
      of={of}
      title={words}
      color={`var(--mantine-color-${STATUS_LOOKS[attempt.status].color}-6)`}
    />
  );
}

type BarProps = { className: string | undefined; span: Span; of: Span; title: string; color?: string };

function Bar({ className, span, of, title, color }: BarProps) {
  const left = place(of.start, span);
  const style = { left: `${left}%`, width: `${place(of.end, span) - left}%`, backgroundColor: color };
  return <span className={className} style={style} title={title} />;
}

function Took({ step, span, now, seconds }: { step: Step; span: Span; now: number; seconds: number }) {
  const [first, last] = [step.attempts[0], step.attempts.at(-1)] as [Attempt, Attempt];
  const left = place(Date.parse(first.started_at), span);
  const right = place(spanOfAttempt(last, now).end, span);
  const isInside = right >= 80 && left < 20; // there is no room before or after it
  const style = right < 80 ? { left: `${right}%` } : { right: `${100 - (isInside ? right : left)}%` };
  return (
    <span className={`${styles.took} ${isInside ? styles.inside : ""}`} style={style}>
      {duration(seconds)}
    </span>
  );
}
