/** Where the points of a series are in a picture. */
export type Drawn = { x: number; y: number }[];

export type Box = { width: number; height: number; left: number; right: number; top: number; bottom: number };

/**
 * The lowest and the highest value of an axis, and what is written between them: round numbers around the values.
 * It begins at zero unless all values are far from that.
 */
export function axisOf(values: readonly number[]): number[] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const isNearZero = least >= 0 && least <= 0.6 * most;
  const low = isNearZero ? 0 : least;
  const step = roundStep((most - low || Math.abs(most) || 1) / 3);
  const start = Math.floor(low / step) * step;
  const marks = [start];
  while ((marks.at(-1) ?? 0) < most) marks.push(start + marks.length * step);
  if (marks.length === 1) marks.push(start + step);
  return marks.map((each) => Number(each.toPrecision(12)));
}

/** The nearest of 1, 2 and 5 times a power of ten that isn't below. */
export function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return power * ([1, 2, 5, 10].find((each) => each * power >= step * 0.999) ?? 10);
}

/** Where each value is drawn: `places` says how far along the other axis, in any unit that grows. */
export function drawn(
  values: readonly number[],
  places: readonly number[],
  marks: readonly number[],
  box: Box,
): Drawn {
  const [first = 0, last = 1] = [places[0], places.at(-1)];
  const [low = 0, high = 1] = [marks[0], marks.at(-1)];
  const wide = box.width - box.left - box.right;
  const tall = box.height - box.top - box.bottom;
  return values.map((value, index) => ({
    x: box.left + (last === first ? 0.5 : ((places[index] ?? first) - first) / (last - first)) * wide,
    y: box.top + (1 - (value - low) / (high - low)) * tall,
  }));
}

/** The number of the point that is nearest to a place. */
export function nearest(points: Drawn, x: number): number {
  let found = 0;
  points.forEach((point, index) => {
    if (Math.abs(point.x - x) < Math.abs((points[found]?.x ?? 0) - x)) found = index;
  });
  return found;
}
