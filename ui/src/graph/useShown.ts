import { getViewportForBounds, type ReactFlowInstance, useReactFlow } from "@xyflow/react";
import { type RefObject, useCallback, useEffect, useRef } from "react";
import type { GraphNode } from "~/graph/cards";
import type { Layout } from "~/graph/layout";

export const LEAST_ZOOM = 0.05;

const READABLE = 0.4;
const MARGIN = 0.06;

/**
 * What of a graph is seen: everything whenever it is laid out anew, and what is in focus in a size that can be read.
 */
export function useShown(
  layout: Layout | undefined,
  focus: string | undefined,
  frame: RefObject<HTMLElement | null>,
) {
  const flow = useReactFlow<GraphNode>();
  const first = useRef(focus); // what comes into focus later is no reason to move everything
  first.current = focus;
  const showAll = useCallback(() => {
    const room = frame.current?.getBoundingClientRect();
    if (layout === undefined || room === undefined) return undefined;
    const all = { x: 0, y: 0, width: layout.width, height: layout.height };
    const view = getViewportForBounds(all, room.width, room.height, LEAST_ZOOM, 1, MARGIN);
    void flow.setViewport(view);
    return view;
  }, [flow, frame, layout]);
  const show = (id: string) => bringIntoView(flow, frame.current, layout, id);
  useEffect(() => {
    const place = first.current === undefined ? undefined : layout?.places.get(first.current);
    const view = showAll();
    if (place && view && view.zoom < READABLE)
      void flow.setCenter(place.x + place.width / 2, place.y + place.height / 2, { zoom: 0.8 });
  }, [layout, flow, showAll]);
  useResize(frame, () => (focus === undefined ? showAll() : show(focus)));
  return { showAll, show };
}

/** Does something when there is more or less room than before. */
function useResize(frame: RefObject<HTMLElement | null>, act: () => void) {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (frame.current === null) return;
    let width = frame.current.clientWidth;
    const observer = new ResizeObserver(([entry]) => {
      if (entry && Math.abs(entry.contentRect.width - width) > 1) {
        width = entry.contentRect.width;
        latest.current();
      }
    });
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, [frame]);
}

function bringIntoView(
  flow: ReactFlowInstance<GraphNode>,
  inside: HTMLElement | null,
  layout: Layout | undefined,
  id: string,
) {
  const place = layout?.places.get(id);
  if (place === undefined) return;
  const { x, y, zoom } = flow.getViewport();
  const frame = inside?.getBoundingClientRect();
  if (frame === undefined) return;
  const [left, top] = [place.x * zoom + x, place.y * zoom + y];
  const isSeen =
    left >= 0 &&
    top >= 0 &&
    left + place.width * zoom <= frame.width &&
    top + place.height * zoom <= frame.height &&
    zoom >= READABLE;
  if (!isSeen)
    void flow.setCenter(place.x + place.width / 2, place.y + place.height / 2, { zoom: Math.max(zoom, 0.7) });
}
