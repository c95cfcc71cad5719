import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { Links, ROW } from "~/features/run/Links";
import styles from "~/features/run/Timeline.module.css";
import { TimelineRow } from "~/features/run/TimelineRow";
import { marks, place, type Span, sinceStart } from "~/features/run/times";
import type { Step } from "~/features/run/useRun";

type Props = {
  /** Those that are shown. */
  steps: readonly Step[];
  all: ReadonlyMap<string, Step>;
  span: Span;
  now: number;
  zoom: number;
  chosen: string | undefined;
  choose: (step: string) => void;
};

/** The steps of a run along its time: when each could have begun, when its attempts were at work, what it waited for. */
export function Timeline({ steps, all, span, now, zoom, chosen, choose }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<string>();
  const rows = useVirtualizer({
    count: steps.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  const at = steps.findIndex((each) => each.step === chosen);
  const looked = pointed ?? chosen;
  const began = all.get(chosen ?? "")?.attempts[0]?.started_at;
  // biome-ignore lint/correctness/useExhaustiveDependencies: as time goes on, nothing is to be moved below the pointer
  useEffect(() => {
    const { current } = box;
    if (current === null || zoom === 1 || began === undefined) return;
    const track = current.scrollWidth - (current.querySelector(`.${styles.corner}`)?.clientWidth ?? 0);
    current.scrollLeft = (place(Date.parse(began), span) / 100) * track - current.clientWidth / 3;
  }, [zoom, began]);
  const related = useMemo(() => new Set(all.get(looked ?? "")?.after), [all, looked]);
  const go = (event: KeyboardEvent) => {
    const next = afterKey(event.key, at, steps.length);
    const step = next === undefined ? undefined : steps[next];
    if (next === undefined || step === undefined) return;
    event.preventDefault();
    choose(step.step);
    rows.scrollToIndex(next);
  };
  return (
    <div className={styles.frame}>
      <div
        ref={box}
        className={styles.scroll}
        role="listbox"
        tabIndex={0}
        aria-label="Steps along the time of the run"
        aria-activedescendant={at >= 0 ? `step-${at}` : undefined}
        onKeyDown={go}
      >
        <div className={styles.canvas} style={{ width: `${zoom * 100}%` }} role="presentation">
          <Axis span={span} zoom={zoom} />
          <div className={styles.body} style={{ height: rows.getTotalSize() }} role="presentation">
            {rows.getVirtualItems().map(({ index, start }) => {
              const step = steps[index] as Step;
              return (
                <TimelineRow
                  key={step.step}
                  id={`step-${index}`}
                  step={step}
                  steps={all}
                  span={span}
                  now={now}
                  top={start}
                  place={[index + 1, steps.length]}
                  isChosen={step.step === chosen}
                  isRelated={related.has(step.step)}
                  choose={choose}
                  point={setPointed}
                />
              );
            })}
            <Links steps={steps} of={looked} span={span} now={now} />
          </div>
        </div>
      </div>
    </div>
  );
}

function afterKey(key: string, at: number, count: number): number | undefined {
  const to: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + 10,
    PageUp: at - 10,
    Home: 0,
    End: count - 1,
  };
  const next = to[key];
  return next === undefined ? undefined : Math.min(count - 1, Math.max(0, next));
}

function Axis({ span, zoom }: { span: Span; zoom: number }) {
  return (
    <div className={styles.axis} aria-hidden="true">
      <div className={styles.corner}>Step</div>
      <div className={styles.marks}>
        {marks(span, 5 * zoom).map((seconds) => (
          <span
            key={seconds}
            className={styles.mark}
            style={{ left: `${place(span.start + seconds * 1000, span)}%` }}
          >
            {sinceStart(seconds)}
          </span>
        ))}
      </div>
    </div>
  );
}
