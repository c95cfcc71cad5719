import { expect, it } from "vitest";
import { countStates } from "~/features/backfills/progress";

const part = (status: string | null) => ({ partition: "p", partition_keys: ["p"], run_id: null, status });

it("a backfill is counted by the state of its parts, what is done first", () => {
  const parts = [part(null), part("succeeded"), part("failed"), part("succeeded"), part("queued")];
  expect(countStates(parts)).toEqual([
    ["succeeded", 2],
    ["failed", 1],
    ["queued", 1],
    ["waiting", 1],
  ]);
});

it("a backfill without parts has nothing to count", () => {
  expect(countStates([])).toEqual([]);
});
