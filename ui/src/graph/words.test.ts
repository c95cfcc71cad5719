import { describe, expect, it } from "vitest";
import { around, type Distance, farther, readDistance, selectionOf } from "~/graph/around";
import { hueOf, legendOf, meaningOf } from "~/graph/colours";
import { assetOf } from "~/graph/graphs.testing";
import { fileName } from "~/graph/saving";
import { cut } from "~/graph/svg";

const NOW = Date.parse("2026-03-01T12:00:00Z");

describe("what is around a selection is a selection", () => {
  it.each<[string, Distance, Distance, string]>([
    ["orders", 0, 0, "orders"],
    ["", 2, 2, "*"],
    ["*", 2, 2, "*"],
    ["orders", 1, "all", "1+(orders)+"],
    ["a or b", "all", 0, "+(a or b)"],
  ])("%s, %s up, %s down: %s", (text, up, down, expected) => {
    expect(around(text, up, down)).toBe(expected);
  });
});

describe("a distance", () => {
  it("goes from none to all", () => {
    expect(farther(0, -1)).toBe(0);
    expect(farther(9, 1)).toBe("all");
    expect(farther("all", -1)).toBe(9);
  });

  it.each([
    ["all", "all"],
    ["2", 2],
    [3, 3],
    ["-1", undefined],
    ["", undefined],
    ["x", undefined],
  ])("is read from an address: %s", (written, expected) => {
    expect(readDistance(written)).toBe(expected);
  });
});

describe("a key is written so that it selects the asset", () => {
  it.each([
    ["raw/orders", "raw/orders"],
    ["a b", 'key:"a b"'],
    ["and", 'key:"and"'],
    ["a*", 'key:"a*"'],
  ])("%s", (key, expected) => {
    expect(selectionOf(key)).toBe(expected);
  });
});

describe("a colour stands for a word", () => {
  it("of the status, the group, the age or the profile", () => {
    const asset = assetOf({ group: "marts", materialized_at: "2026-03-01T11:30:00Z", compute: "gpu" });
    expect(meaningOf(asset, "status", NOW)).toEqual({ color: "green", label: "fresh" });
    expect(meaningOf(asset, "group", NOW)).toEqual({ color: hueOf("marts"), label: "marts" });
    expect(meaningOf(asset, "freshness", NOW).label).toBe("within an hour");
    expect(meaningOf(asset, "compute", NOW).label).toBe("gpu");
  });

  it("also where nothing is known", () => {
    const raw = assetOf({ external: true, status: null });
    expect(meaningOf(raw, "status", NOW).label).toBe("external");
    expect(meaningOf(raw, "freshness", NOW).label).toBe("external");
    expect(meaningOf(assetOf(), "freshness", NOW).label).toBe("never materialized");
    expect(meaningOf(assetOf(), "compute", NOW).label).toBe("no profile");
  });

  it("and is counted", () => {
    const legend = legendOf([assetOf(), assetOf(), assetOf({ status: "failed" })], "status", NOW);
    expect(legend.map(({ label, count }) => [label, count])).toEqual([
      ["fresh", 2],
      ["failed", 1],
    ]);
  });
});

describe("names", () => {
  it("of files are plain", () => {
    expect(fileName("2+(raw/orders)+1", "svg")).toBe("2-raw-orders-1.svg");
    expect(fileName("*", "png")).toBe("lineage.png");
  });

  it("that are too long end with dots", () => {
    expect(cut("weaving", 7)).toBe("weaving");
    expect(cut("weavings", 7)).toBe("weavin…");
  });
});
