import { describe, expect, it } from "vitest";
import { asked, chosenOf, type Filters, readFilters, toggled } from "~/features/catalogue/filters";

describe("an address is read with patience", () => {
  it.each<[string, Record<string, unknown>, Filters]>([
    ["one value stands for a list", { group: "raw" }, { group: ["raw"] }],
    ["numbers may be words", { q: 2026, tag: [1] }, { q: "2026", tag: ["1"] }],
    ["nobody owns it", { owner: [""] }, { owner: [""] }],
    ["what isn't a status is left out", { status: ["fresh", "rotten"] }, { status: ["fresh"] }],
    ["nonsense is left out", { order: "up", kind: { a: 1 }, what: 1 }, {}],
    ["nothing is there twice", { kind: ["sql", "sql"] }, { kind: ["sql"] }],
  ])("%s", (_, search, expected) => {
    expect(readFilters(search)).toEqual(expected);
  });
});

describe("a value is chosen and let go", () => {
  it("stands beside the others of its facet", () => {
    expect(toggled({ group: ["raw"] }, "group", "marts").group).toEqual(["raw", "marts"]);
  });
  it("leaves nothing behind", () => {
    expect(chosenOf(toggled({ group: ["raw"], q: "a" }, "group", "raw"))).toEqual([]);
  });
});

describe("a text brings what fits it best to the top", () => {
  it.each<[Filters, string]>([
    [{}, "key"],
    [{ q: "or" }, "best"],
    [{ q: "  " }, "key"],
    [{ q: "or", order: "status" }, "status"],
  ])("%o is ordered by %s", (filters, expected) => {
    expect(asked(filters).order).toBe(expected);
  });
});
