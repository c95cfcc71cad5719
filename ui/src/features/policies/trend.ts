import { KINDS, type Kind } from "~/features/policies/counts";
import type { PolicyPoint } from "~/features/policies/usePolicies";

const DAY = 24 * 60 * 60 * 1000;

/** A part of a chart: from a day until the next one that is known, how much of each kind there is, one above the other. */
export type Span = {
  point: PolicyPoint;
  from: number;
  to: number;
  layers: { kind: Kind; low: number; high: number }[];
};

/** The days of a trend as spans between 0 and 1; what was counted on a day holds until somebody counts again. */
export function spans(points: PolicyPoint[], today: number): Span[] {
  const first = points[0];
  if (first === undefined) return [];
  const start = Date.parse(first.day);
  const end = Math.max(today, start) + DAY;
  const at = (moment: number) => (moment - start) / (end - start);
  return points.map((point, index) => {
    const next = points[index + 1];
    let height = 0;
    const layers = KINDS.map(({ kind }) => {
      const low = height;
      height += point.counts[kind];
      return { kind, low, high: height };
    });
    return { point, from: at(Date.parse(point.day)), to: next ? at(Date.parse(next.day)) : 1, layers };
  });
}

/** The highest that a chart has to show: a round number, at least one. */
export function ceiling(highest: number): number {
  const size = 10 ** Math.floor(Math.log10(Math.max(highest, 1)));
  return (
    [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10]
      .map((each) => Math.round(each * size))
      .find((each) => each >= highest) ?? 1
  );
}
