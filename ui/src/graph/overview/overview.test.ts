import { describe, expect, it } from "vitest";
import { areaAt, assetAt, type Overview, prepared } from "~/graph/overview/prepared";
import { moved, pointAt, viewOf, zoomed } from "~/graph/overview/view";

const OVERVIEW: Overview = {
  version: "1",
  width: 30,
  height: 10,
  column: 7,
  areas: [{ name: "raw", x: 0, y: 0, width: 20, height: 10, assets: 2 }],
  keys: ["a", "b"],
  area: [0, 0],
  x: [1.5, 8.5],
  y: [2.5, 2.5],
  status: ["fresh", null],
  materialized: [1_772_366_400, null],
  compute: [null, null],
  external: [1],
  blocked: [],
  sources: [0],
  targets: [1],
};

describe("what is pointed at", () => {
  const ready = prepared(OVERVIEW);

  it.each([
    [{ x: 2, y: 2.9 }, 0],
    [{ x: 6.5, y: 2.6 }, 0],
    [{ x: 13, y: 3 }, 1],
    [{ x: 7.5, y: 2.9 }, undefined],
    [{ x: 2, y: 8 }, undefined],
  ])("is found: %o is %s", (point, expected) => {
    expect(assetAt(ready, point)).toBe(expected);
  });

  it("is in an area, or in none", () => {
    expect(areaAt(ready, { x: 2, y: 8 })).toMatchObject({ name: "raw" });
    expect(areaAt(ready, { x: 25, y: 8 })).toBeUndefined();
  });

  it("is known as assets are elsewhere", () => {
    expect(ready.assets[0]).toMatchObject({ group: "raw", status: "fresh", external: false });
    expect(ready.assets[0]?.materialized_at).toBe("2026-03-01T12:00:00.000Z");
    expect(ready.assets[1]).toMatchObject({ status: null, external: true });
    expect(ready.edgesOf).toEqual([[0], [0]]);
  });
});

describe("a view", () => {
  const size = { width: 632, height: 432 };
  const view = viewOf({ x: 0, y: 0, width: 30, height: 10 }, size);

  it("shows the whole in the middle", () => {
    expect(view.scale).toBe(20);
    expect(pointAt(view, { x: 316, y: 216 })).toEqual({ x: 15, y: 5 });
  });

  it("zooms around where the mouse is, within limits", () => {
    const at = { x: 100, y: 100 };
    const near = zoomed(view, 1.5, at, 1);
    expect(near.scale).toBe(30);
    expect(pointAt(near, at).x).toBeCloseTo(pointAt(view, at).x);
    expect(zoomed(view, 1e6, at, 1).scale).toBe(40);
    expect(zoomed(view, 1e-6, at, 1).scale).toBe(1);
  });

  it("moves with the hand", () => {
    expect(pointAt(moved(view, 20, 0), { x: 20, y: 0 })).toEqual(pointAt(view, { x: 0, y: 0 }));
  });
});
