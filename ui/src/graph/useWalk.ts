import { type KeyboardEvent, useState } from "react";
import type { Layout } from "~/graph/layout";
import type { Box, Picture } from "~/graph/model";
import { type Direction, neighbour } from "~/graph/walking";

type Acts = {
  open: (box: Box) => void;
  leave: () => void;
  closer: () => void;
  farther: () => void;
  fit: () => void;
  show: (id: string) => void;
};

/** Where the keyboard is in a graph: arrows go along edges, Enter opens, + − 0 zoom. */
export function useWalk(picture: Picture, layout: Layout | undefined, acts: Acts) {
  const [cursor, setCursor] = useState<string>();
  const walk = (direction: Direction) => {
    const next = layout && neighbour(picture, layout, cursor, direction);
    if (next === undefined) return;
    setCursor(next);
    acts.show(next);
  };
  const openHere = () => {
    const box = picture.boxes.find((each) => each.id === cursor);
    if (box) acts.open(box);
  };
  const keys = new Map<string, () => void>([
    ["ArrowLeft", () => walk("left")],
    ["ArrowRight", () => walk("right")],
    ["ArrowUp", () => walk("up")],
    ["ArrowDown", () => walk("down")],
    ["Enter", openHere],
    ["+", acts.closer],
    ["=", acts.closer],
    ["-", acts.farther],
    ["0", acts.fit],
    ["Escape", acts.leave],
  ]);
  const onKeyDown = (event: KeyboardEvent) => {
    const act = keys.get(event.key);
    // A button in the graph has an Enter of its own.
    const isOthers = event.key === "Enter" && event.target !== event.currentTarget;
    if (act === undefined || isOthers || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };
  return { cursor, setCursor, onKeyDown };
}

/** What is said of the box that one has come to. */
export function spoken(picture: Picture, id: string | undefined): string {
  const box = picture.boxes.find((each) => each.id === id);
  if (box === undefined) return "";
  const above = picture.lines.filter((line) => line.to === id).length;
  const below = picture.lines.filter((line) => line.from === id).length;
  const edges = `${above} upstream, ${below} downstream`;
  if (box.kind === "group") return `Group ${box.group}, folded, ${box.assets.length} assets, ${edges}`;
  return `${box.asset.key}, ${box.asset.status ?? "external"}, ${edges}`;
}
