import { describe, expect, it } from "vitest";
import { axisOf, drawn, nearest, roundStep } from "~/features/asset/chart";

describe("an axis has round numbers around the values", () => {
  it("begins at zero when some value is near it", () => {
    expect(axisOf([10, 140])).toEqual([0, 50, 100, 150]);
  });
  it("doesn't begin at zero when all values are far from it", () => {
    expect(axisOf([990, 1000])).toEqual([990, 995, 1000]);
  });
  it.each([[[0]], [[5]], [[-3, -3]]])("has a height also for %j", (values) => {
    const marks = axisOf(values);
    expect(marks.length).toBeGreaterThan(1);
    expect(marks.at(-1)).toBeGreaterThanOrEqual(Math.max(...values));
  });
});

describe("steps are 1, 2 or 5", () => {
  it.each([
    [0.3, 0.5],
    [1, 1],
    [17, 20],
    [600, 1000],
  ])("%s becomes %s", (step, expected) => {
    expect(roundStep(step)).toBeCloseTo(expected);
  });
});

const BOX = { width: 120, height: 60, left: 10, right: 10, top: 5, bottom: 5 };

describe("points are where their values are", () => {
  it("fills the picture", () => {
    expect(drawn([0, 10], [1, 3], [0, 10], BOX)).toEqual([
      { x: 10, y: 55 },
      { x: 110, y: 5 },
    ]);
  });
  it("has a single point in the middle", () => {
    expect(drawn([5], [1], [0, 10], BOX)).toEqual([{ x: 60, y: 30 }]);
  });
  it("finds the point that is meant", () => {
    expect(nearest(drawn([1, 2, 3], [0, 1, 2], [0, 3], BOX), 70)).toBe(1);
  });
});
