import type { ElkEdgeSection, ElkExtendedEdge, ElkNode } from "elkjs/lib/elk-api";
import type { Picture } from "~/graph/model";

export type Point = { x: number; y: number };
export type Place = Point & { width: number; height: number };

/** Where everything of a picture is. */
export type Layout = {
  places: ReadonlyMap<string, Place>;
  routes: ReadonlyMap<string, Point[]>;
  width: number;
  height: number;
};

export const CARD = { width: 232, height: 58 };
export const ROW = 20;

// Beyond that, a beautiful layout takes many seconds.
const MOST_BEAUTIFUL = { boxes: 200, linesPerBox: 3 };
const EDGE_POINTS = { "elk.json.edgeCoords": "ROOT", "elk.json.shapeCoords": "ROOT" };
const FRAME = { "elk.padding": "[top=40,left=16,bottom=16,right=16]", ...EDGE_POINTS };
const BEAUTIFUL = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.nodePlacement.favorStraightEdges": "true",
  "elk.layered.spacing.nodeNodeBetweenLayers": "56",
  "elk.layered.spacing.edgeNodeBetweenLayers": "20",
  "elk.spacing.nodeNode": "18",
  "elk.spacing.edgeNode": "16",
  "elk.spacing.edgeEdge": "10",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "10",
  "elk.separateConnectedComponents": "true",
  "elk.spacing.componentComponent": "32",
  ...EDGE_POINTS,
};
const QUICK = {
  ...BEAUTIFUL,
  "elk.layered.nodePlacement.strategy": "SIMPLE",
  "elk.layered.layering.strategy": "LONGEST_PATH_SOURCE",
  "elk.layered.thoroughness": "1",
  "elk.edgeRouting": "POLYLINE",
};

/** What the layout engine is asked. `rows` says how many columns a card shows. */
export function questionOf(picture: Picture, rows: ReadonlyMap<string, number>): ElkNode {
  const frames = new Map<string, ElkNode>();
  const roots: ElkNode[] = picture.frames.map(({ id, keys }) => {
    const frame: ElkNode = { id, children: [], layoutOptions: FRAME };
    for (const key of keys) frames.set(key, frame);
    return frame;
  });
  for (const { id } of picture.boxes) {
    const node = { id, width: CARD.width, height: CARD.height + ROW * (rows.get(id) ?? 0) };
    (frames.get(id)?.children ?? roots).push(node);
  }
  return {
    id: "root",
    layoutOptions: isLarge(picture) ? QUICK : BEAUTIFUL,
    children: roots,
    edges: picture.lines.map(({ id, from, to }) => ({ id, sources: [from], targets: [to] })),
  };
}

function isLarge({ boxes, lines }: Picture): boolean {
  const { boxes: most, linesPerBox } = MOST_BEAUTIFUL;
  return boxes.length > most || lines.length > 20 + linesPerBox * boxes.length;
}

/** What the layout engine has answered. */
export function layoutOf(answer: ElkNode): Layout {
  const places = new Map<string, Place>();
  const routes = new Map<string, Point[]>();
  const read = (node: ElkNode) => {
    for (const child of node.children ?? []) {
      const { id, x = 0, y = 0, width = 0, height = 0 } = child;
      places.set(id, { x, y, width, height });
      read(child);
    }
    for (const edge of node.edges ?? []) routes.set(edge.id, pointsOf(edge));
  };
  read(answer);
  return { places, routes, width: answer.width ?? 0, height: answer.height ?? 0 };
}

function pointsOf(edge: ElkExtendedEdge): Point[] {
  return (edge.sections ?? []).flatMap((section: ElkEdgeSection) => [
    section.startPoint,
    ...(section.bendPoints ?? []),
    section.endPoint,
  ]);
}

/** The path of a route as SVG has it, with round corners. */
export function pathOf(points: readonly Point[], radius = 8): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  let path = `M${round(first.x)} ${round(first.y)}`;
  let before = first;
  rest.forEach((corner, place) => {
    const after = rest[place + 1];
    if (after === undefined) {
      path += ` L${round(corner.x)} ${round(corner.y)}`;
      return;
    }
    const near = Math.min(radius, distance(before, corner) / 2, distance(corner, after) / 2);
    const start = towards(corner, before, near);
    const end = towards(corner, after, near);
    path += ` L${round(start.x)} ${round(start.y)} Q${round(corner.x)} ${round(corner.y)} ${round(end.x)} ${round(end.y)}`;
    before = corner;
  });
  return path;
}

function towards(from: Point, to: Point, length: number): Point {
  const whole = distance(from, to) || 1;
  return { x: from.x + ((to.x - from.x) * length) / whole, y: from.y + ((to.y - from.y) * length) / whole };
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
