import type { Attempt, Run, Step } from "~/features/run/useRun";

/** When a run begins and ends on its time line; one that goes on ends now. */
export type Span = { start: number; end: number };

const AT_LEAST = 1000; // milliseconds: otherwise a run of 20 ms would be all that there is to see

/** What a time line of a run shows: from when it began, or was asked for, until its end. */
export function spanOf(
  run: Pick<Run, "created_at" | "started_at" | "ended_at" | "steps">,
  now: number,
): Span {
  const begun = run.steps.flatMap((step) => step.attempts.map((each) => Date.parse(each.started_at)));
  const start = Math.min(...begun, Date.parse(run.started_at ?? run.created_at));
  const ended = run.steps.flatMap((step) =>
    step.attempts.map((each) => (each.ended_at === null ? now : Date.parse(each.ended_at))),
  );
  const end = Math.max(...ended, run.ended_at === null ? now : Date.parse(run.ended_at));
  return { start, end: Math.max(end, start + AT_LEAST) };
}

/** Where a moment is on a time line, in percent. */
export function place(moment: number, { start, end }: Span): number {
  return Math.min(100, Math.max(0, (100 * (moment - start)) / (end - start)));
}

/** From when to when an attempt was at work. */
export function spanOfAttempt({ started_at, ended_at }: Attempt, now: number): Span {
  const start = Date.parse(started_at);
  return { start, end: Math.max(start, ended_at === null ? now : Date.parse(ended_at)) };
}

/** From when to when a step could have begun and hadn't: all before it were done, and it waited for room. */
export function waitOf(step: Step, steps: ReadonlyMap<string, Step>, span: Span, now: number): Span | null {
  const before = step.after.map((name) => steps.get(name));
  if (before.some((each) => each !== undefined && each.ended_at === null)) return null;
  const ready = Math.max(span.start, ...before.map((each) => Date.parse(each?.ended_at ?? "") || 0));
  const began = step.attempts[0]?.started_at;
  const end = began !== undefined ? Date.parse(began) : step.status === "pending" ? now : null;
  return end !== null && end - ready > 50 ? { start: ready, end } : null;
}

const NICE = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400];

/** Moments to write below a time line, in seconds from its start: round numbers, and not too many. */
export function marks({ start, end }: Span, most: number): number[] {
  const seconds = (end - start) / 1000;
  const step = [0.1, 0.2, 0.5, ...NICE].find((each) => seconds / each <= most) ?? Math.ceil(seconds / most);
  const count = Math.floor(seconds / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Math.round(index * step * 10) / 10);
}

/** A moment since the start of a run, short: "0", "1.5 s", "90 s", "4 min", "1 h 30 min". */
export function sinceStart(seconds: number): string {
  if (seconds === 0) return "0";
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60)
    return seconds % 60 === 0 ? `${minutes} min` : `${minutes}:${String(seconds % 60).padStart(2, "0")} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
