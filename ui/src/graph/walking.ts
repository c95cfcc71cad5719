import type { Layout, Place } from "~/graph/layout";
import type { Picture } from "~/graph/model";

export type Direction = "left" | "right" | "up" | "down";

const COLUMN = 120; // pixels: what is less far to the side is above or below

/** The box that one comes to from another: along an edge to the sides, to the next one above or below. */
export function neighbour(
  picture: Picture,
  layout: Layout,
  from: string | undefined,
  direction: Direction,
): string | undefined {
  if (from === undefined || !layout.places.has(from)) return firstOf(picture, layout);
  const here = layout.places.get(from);
  if (here === undefined) return undefined;
  const candidates =
    direction === "left"
      ? picture.lines.filter((line) => line.to === from).map((line) => line.from)
      : direction === "right"
        ? picture.lines.filter((line) => line.from === from).map((line) => line.to)
        : picture.boxes.map((box) => box.id).filter((id) => isBeside(layout.places.get(id), here, direction));
  return nearest(candidates, layout, here);
}

function isBeside(place: Place | undefined, here: Place, direction: Direction): boolean {
  if (place === undefined || Math.abs(place.x - here.x) > COLUMN) return false;
  return direction === "up" ? place.y < here.y : place.y > here.y;
}

function nearest(candidates: readonly string[], layout: Layout, here: Place): string | undefined {
  let found: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const id of candidates) {
    const place = layout.places.get(id);
    if (place === undefined) continue;
    const far = Math.hypot((place.x - here.x) / 4, place.y - here.y);
    if (far < least) [found, least] = [id, far];
  }
  return found;
}

/** Where a walk begins: at the upper left. */
function firstOf(picture: Picture, layout: Layout): string | undefined {
  const origin = { x: 0, y: 0, width: 0, height: 0 };
  return nearest(
    picture.boxes.map((box) => box.id),
    layout,
    origin,
  );
}
