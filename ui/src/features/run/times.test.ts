import { describe, expect, it } from "vitest";
import { marks, place, sinceStart, spanOf, waitOf } from "~/features/run/times";
import type { Step } from "~/features/run/useRun";

const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1000).toISOString();
const ms = (seconds: number) => 1_800_000_000_000 + seconds * 1000;
const step = (name: string, from: number | null, to: number | null, after: string[] = []): Step => ({
  step: name,
  status: from === null ? "pending" : to === null ? "running" : "succeeded",
  error: "",
  assets: [],
  after,
  started_at: from === null ? null : at(from),
  ended_at: to === null ? null : at(to),
  attempts:
    from === null
      ? []
      : [
          {
            attempt: 1,
            status: to === null ? "running" : "succeeded",
            error: "",
            exit_code: null,
            started_at: at(from),
            ended_at: to === null ? null : at(to),
            seconds: null,
            peak_memory: null,
            cpu_seconds: null,
            peak_gpu_memory: null,
            artifacts: [],
          },
        ],
});
const byName = (...steps: Step[]) => new Map(steps.map((each) => [each.step, each]));

describe("the time line of a run", () => {
  it("goes from its beginning to now, until it is over", () => {
    const run = { created_at: at(0), started_at: at(2), ended_at: null, steps: [step("a", 3, 5)] };
    expect(spanOf(run, ms(9))).toEqual({ start: ms(2), end: ms(9) });
    expect(spanOf({ ...run, ended_at: at(6) }, ms(9))).toEqual({ start: ms(2), end: ms(6) });
  });

  it("is never shorter than a second", () => {
    const run = { created_at: at(0), started_at: at(0), ended_at: at(0.1), steps: [] };
    expect(spanOf(run, ms(9))).toEqual({ start: ms(0), end: ms(1) });
  });

  it("has moments in percent, none of them outside", () => {
    const span = { start: ms(0), end: ms(10) };
    expect([-1, 0, 2.5, 11].map((each) => place(ms(each), span))).toEqual([0, 0, 25, 100]);
  });
});

describe("a step waits for room from when all before it are done", () => {
  const span = { start: ms(0), end: ms(10) };
  const first = step("a", 1, 4);
  it.each([
    ["until it began", step("b", 6, 8, ["a"]), { start: ms(4), end: ms(6) }],
    ["until now", step("b", null, null, ["a"]), { start: ms(4), end: ms(9) }],
    ["not at all", step("b", 4, 8, ["a"]), null],
    [
      "from the beginning of the run, when nothing is before it",
      step("b", 2, 3),
      { start: ms(0), end: ms(2) },
    ],
  ])("%s", (_, second, expected) => {
    expect(waitOf(second, byName(first, second), span, ms(9))).toEqual(expected);
  });

  it("and not while one of them is at work", () => {
    const second = step("b", null, null, ["a"]);
    expect(waitOf(second, byName(step("a", 1, null), second), span, ms(9))).toBeNull();
  });
});

describe("the moments below a time line are round numbers, and few", () => {
  it.each([
    [1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [8, [0, 2, 4, 6, 8]],
    [200, [0, 60, 120, 180]],
  ])("of %s seconds", (seconds, expected) => {
    expect(marks({ start: ms(0), end: ms(seconds) }, 5)).toEqual(expected);
  });

  it.each([
    [0, "0"],
    [0.2, "0.2 s"],
    [90, "90 s"],
    [240, "4 min"],
    [150, "2:30 min"],
    [5400, "1 h 30 min"],
    [7200, "2 h"],
  ])("%s seconds are %s", (seconds, expected) => {
    expect(sinceStart(seconds)).toBe(expected);
  });
});
