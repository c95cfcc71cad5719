import type { Place, Point } from "~/graph/layout";

/** How a picture is seen: which of its points is at the upper left, and how many pixels one of its units has. */
export type View = { x: number; y: number; scale: number };
export type Size = { width: number; height: number };

const MOST_SCALE = 40;
const MARGIN = 16; // pixels

/** The view that shows a part of the picture as large as may be. */
export function viewOf(place: Place, size: Size): View {
  const scale = Math.min(
    (size.width - 2 * MARGIN) / Math.max(place.width, 1),
    (size.height - 2 * MARGIN) / Math.max(place.height, 1),
    MOST_SCALE,
  );
  const used = Math.max(scale, 0.01);
  return {
    x: place.x + place.width / 2 - size.width / 2 / used,
    y: place.y + place.height / 2 - size.height / 2 / used,
    scale: used,
  };
}

/** The view from nearer or farther, by which what is at a pixel stays there; never so far that all is a dot. */
export function zoomed(view: View, factor: number, at: Point, least: number): View {
  const scale = Math.min(MOST_SCALE, Math.max(least, view.scale * factor));
  const kept = pointAt(view, at);
  return { x: kept.x - at.x / scale, y: kept.y - at.y / scale, scale };
}

/** The view after the picture was moved by so many pixels. */
export function moved(view: View, x: number, y: number): View {
  return { ...view, x: view.x - x / view.scale, y: view.y - y / view.scale };
}

/** What is at a pixel. */
export function pointAt(view: View, at: Point): Point {
  return { x: view.x + at.x / view.scale, y: view.y + at.y / view.scale };
}
