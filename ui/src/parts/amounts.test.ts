import { expect, test } from "vitest";
import { partitionWords } from "~/parts/amounts";

test("how the partitions of an asset stand is said in a line, what is wrong only where there is some", () => {
  const counts = { total: 10, materialized: 3, stale: 0, failed: 0 };
  expect(partitionWords(counts)).toBe("3 of 10 partitions");
  expect(partitionWords({ total: 1, materialized: 1, stale: 1, failed: 2 })).toBe(
    "1 of 1 partition, 1 stale, 2 failed",
  );
});
