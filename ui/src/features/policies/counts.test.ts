import { expect, test } from "vitest";
import { byWeight, open } from "~/features/policies/counts";

const none = { deny: 0, warn: 0, audit: 0, waived: 0, baseline: 0 };

test("what is excused doesn't count", () => {
  expect(open({ deny: 1, warn: 2, audit: 3, waived: 40, baseline: 50 })).toBe(6);
});

test("policies come by their hardest violations, and those that hold nowhere last", () => {
  const policies = [
    { name: "unbound", severity: null, counts: none },
    { name: "kept", severity: "deny", counts: none },
    { name: "also kept", severity: "warn", counts: none },
    { name: "warns a lot", severity: "warn", counts: { ...none, warn: 90 } },
    { name: "denies", severity: "deny", counts: { ...none, deny: 1 } },
  ];
  expect(byWeight(policies).map(({ name }) => name)).toEqual([
    "denies",
    "warns a lot",
    "also kept",
    "kept",
    "unbound",
  ]);
});
