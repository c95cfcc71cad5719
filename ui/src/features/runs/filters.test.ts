import { describe, expect, it } from "vitest";
import { readRunFilters, sinceOf } from "~/features/runs/filters";

describe("the filters of runs are read from the address", () => {
  it.each([
    [{}, {}],
    [{ status: "failed" }, { status: ["failed"] }],
    [
      { status: ["failed", "running"], by: "api" },
      { status: ["running", "failed"], by: "api" },
    ],
    [{ status: ["banana"], by: 7 }, {}],
    [
      { q: 27, within: "day", asset: "a/b", tag: "why=x" },
      { q: "27", within: "day", asset: "a/b", tag: "why=x" },
    ],
    [{ q: "", within: "toString" }, {}],
  ])("%o means %o", (given, expected) => {
    expect(readRunFilters(given)).toEqual(expected);
  });
});

it("a period begins at the same moment for a minute", () => {
  const since = sinceOf("hour", Date.parse("2026-03-01T12:00:01Z"));
  expect(since).toBe("2026-03-01T11:00:00.000Z");
  expect(sinceOf("hour", Date.parse("2026-03-01T12:00:59Z"))).toBe(since);
  expect(sinceOf(undefined, 0)).toBeUndefined();
});
