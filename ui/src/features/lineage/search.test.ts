import { describe, expect, it } from "vitest";
import { readSearch } from "~/features/lineage/search";

describe("the address of the page", () => {
  it("says everything that one would like to share", () => {
    const search = {
      selection: "orders",
      up: 2,
      down: "all" as const,
      fold: ["raw"],
      colour: "freshness" as const,
      view: "graph" as const,
      focus: "orders",
      column: "amount",
    };
    expect(readSearch(search)).toEqual(search);
  });

  it.each([
    [{ up: 0, colour: "status", selection: "  " }, {}],
    [{ up: "x", colour: "mood", view: "film", fold: "raw" }, {}],
    [{ selection: 2026 }, { selection: "2026" }],
    [{ column: "amount" }, {}],
  ])("has nothing that makes no sense: %o", (written, expected) => {
    expect(readSearch(written)).toEqual(expected);
  });
});
