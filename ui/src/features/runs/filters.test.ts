import { describe, expect, it } from "vitest";
import { readRunFilters } from "~/features/runs/filters";

describe("the filters of runs are read from the address", () => {
  it.each([
    [{}, {}],
    [{ status: "failed" }, { status: ["failed"] }],
    [
      { status: ["failed", "running"], by: "api" },
      { status: ["running", "failed"], by: "api" },
    ],
    [{ status: ["banana"], by: 7 }, {}],
  ])("%o means %o", (given, expected) => {
    expect(readRunFilters(given)).toEqual(expected);
  });
});
