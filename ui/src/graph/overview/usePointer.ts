import { type PointerEvent, useEffect, useRef, useState } from "react";
import type { Point } from "~/graph/layout";
import { areaAt, assetAt, type Prepared } from "~/graph/overview/prepared";
import { moved, pointAt, type Size, type View, viewOf, zoomed } from "~/graph/overview/view";

type Asked = {
  prepared: Prepared;
  view: View | undefined;
  setView: (view: View) => void;
  least: number;
  size: Size;
  open: (key: string) => void;
};

const CLICK = 4; // pixels that a hand may tremble
const LEGIBLE = 3; // pixels for a row, from which one asset can be meant

/** Follows mice and fingers: drag moves, wheel and pinch zoom, a click opens an asset or comes nearer to a group. */
export function usePointer({ prepared, view, setView, least, size, open }: Asked) {
  const [pointed, setPointed] = useState<number>();
  const [canvas, ref] = useState<HTMLCanvasElement | null>(null);
  const fingers = useRef(new Map<number, Point>());
  const travelled = useRef(0);
  const current = useRef(view);
  current.current = view;

  useEffect(() => {
    // React listens to wheels without a chance to keep the page from scrolling.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const at = { x: event.offsetX, y: event.offsetY };
      if (current.current) setView(zoomed(current.current, Math.exp(-event.deltaY / 400), at, least));
    };
    canvas?.addEventListener("wheel", onWheel, { passive: false });
    return () => canvas?.removeEventListener("wheel", onWheel);
  }, [canvas, least, setView]);

  const at = (event: PointerEvent): Point => ({ x: event.nativeEvent.offsetX, y: event.nativeEvent.offsetY });

  const drag = (event: PointerEvent, before: Point, seen: View) => {
    const here = at(event);
    const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
    fingers.current.set(event.pointerId, here);
    travelled.current += Math.hypot(here.x - before.x, here.y - before.y);
    if (other === undefined) return setView(moved(seen, here.x - before.x, here.y - before.y));
    const wider =
      Math.hypot(here.x - other.x, here.y - other.y) /
      (Math.hypot(before.x - other.x, before.y - other.y) || 1);
    setView(zoomed(seen, wider, { x: (here.x + other.x) / 2, y: (here.y + other.y) / 2 }, least));
  };

  const click = (point: Point, seen: View) => {
    const found = seen.scale >= LEGIBLE ? assetAt(prepared, pointAt(seen, point)) : undefined;
    const key = found === undefined ? undefined : prepared.overview.keys[found];
    if (key !== undefined) return open(key);
    const area = areaAt(prepared, pointAt(seen, point));
    if (area) setView(viewOf(area, size));
  };

  const handlers = {
    onPointerDown: (event: PointerEvent) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      fingers.current.set(event.pointerId, at(event));
      if (fingers.current.size === 1) travelled.current = 0;
    },
    onPointerMove: (event: PointerEvent) => {
      const before = fingers.current.get(event.pointerId);
      if (view === undefined) return;
      if (before !== undefined) drag(event, before, view);
      else setPointed(assetAt(prepared, pointAt(view, at(event))));
    },
    onPointerUp: (event: PointerEvent) => {
      fingers.current.delete(event.pointerId);
      if (travelled.current < CLICK && view) click(at(event), view);
    },
    onPointerCancel: (event: PointerEvent) => void fingers.current.delete(event.pointerId),
    onPointerLeave: () => setPointed(undefined),
  };
  return { pointed, ref, handlers };
}
