import { expect, test } from "vitest";
import { ceiling, spans } from "~/features/policies/trend";

const counts = (deny: number, waived = 0) => ({ deny, warn: 0, audit: 0, waived, baseline: 0 });

test("what was counted holds until it is counted again, the last until the end of today", () => {
  const found = spans(
    [
      { day: "2026-03-01", counts: counts(4) },
      { day: "2026-03-03", counts: counts(1, 2) },
    ],
    Date.parse("2026-03-04T12:00:00Z"),
  );
  expect(found.map(({ from, to }) => [from, Math.round(to * 100) / 100])).toEqual([
    [0, 0.44],
    [expect.closeTo(0.44, 1), 1],
  ]);
  expect(found[1]?.layers.filter(({ low, high }) => high > low)).toEqual([
    { kind: "deny", low: 0, high: 1 },
    { kind: "waived", low: 1, high: 3 },
  ]);
});

test("no days are no spans", () => {
  expect(spans([], 0)).toEqual([]);
});

test.each([
  [0, 1],
  [1, 1],
  [3, 3],
  [7, 8],
  [14, 16],
  [41, 50],
  [121, 160],
])("above %i there is %i", (highest, expected) => {
  expect(ceiling(highest)).toBe(expected);
});
