import { describe, expect, it } from "vitest";
import { duration, relativeTime } from "~/parts/times";

const NOW = Date.parse("2026-03-01T12:00:00Z");

describe("a moment is said as people say it", () => {
  it.each([
    ["2026-03-01T11:59:58Z", "just now"],
    ["2026-03-01T11:55:00Z", "5 minutes ago"],
    ["2026-03-01T14:00:00Z", "in 2 hours"],
    ["2026-02-28T12:00:00Z", "yesterday"],
    ["2026-03-01T12:00:30Z", "in less than a minute"],
    ["2024-02-01T12:00:00Z", "2 years ago"],
  ])("%s is %s", (at, expected) => {
    expect(relativeTime(at, NOW)).toBe(expected);
  });
});

describe("a duration has no more digits than matter", () => {
  it.each([
    [0.042, "0.04 s"],
    [4.21, "4.2 s"],
    [42.4, "42 s"],
    [185, "3 min 5 s"],
    [7800, "2 h 10 min"],
  ])("%s seconds are %s", (seconds, expected) => {
    expect(duration(seconds)).toBe(expected);
  });
});
