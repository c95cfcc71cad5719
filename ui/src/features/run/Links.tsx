import { useMemo } from "react";
import styles from "~/features/run/Timeline.module.css";
import { place, type Span, spanOfAttempt } from "~/features/run/times";
import type { Step } from "~/features/run/useRun";

export const ROW = 30; // pixels

type Props = { steps: readonly Step[]; of: string | undefined; span: Span; now: number };

/** Lines from what a step waited for to the step. */
export function Links({ steps, of, span, now }: Props) {
  const rows = useMemo(() => new Map(steps.map((each, index) => [each.step, index])), [steps]);
  const to = rows.get(of ?? "");
  const step = to === undefined ? undefined : steps[to];
  if (to === undefined || step === undefined) return null;
  const began = step.attempts[0];
  const x = place(began === undefined ? span.end : Date.parse(began.started_at), span);
  const y = to * ROW + ROW / 2;
  return (
    <svg className={styles.links} height={steps.length * ROW} aria-hidden="true">
      {step.after.map((name) => {
        const from = rows.get(name);
        const last = from === undefined ? undefined : steps[from]?.attempts.at(-1);
        if (from === undefined || last === undefined) return null;
        const left = `${place(spanOfAttempt(last, now).end, span)}%`;
        return (
          <g key={name}>
            <line x1={left} x2={left} y1={from * ROW + ROW / 2} y2={y} />
            <line x1={left} x2={`${x}%`} y1={y} y2={y} />
          </g>
        );
      })}
    </svg>
  );
}
