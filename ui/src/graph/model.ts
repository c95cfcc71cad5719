import type { ApiRecord } from "~/api/client";
import { type Frame, framesOf } from "~/graph/framing";

/** A graph as the server gives it. */
export type AssetGraph = ApiRecord<"Graph">;
export type AssetNode = ApiRecord<"Node">;

/** What is drawn as one box: an asset, or all assets of a group that is folded. */
export type Box =
  | { kind: "asset"; id: string; group: string; asset: AssetNode }
  | { kind: "group"; id: string; group: string; assets: AssetNode[] };

/** An edge between boxes; `count` is how many edges of assets it stands for. */
export type Line = { id: string; from: string; to: string; count: number };

/** What is drawn: boxes, and frames around those of groups that aren't folded. */
export type Picture = { boxes: Box[]; lines: Line[]; frames: Frame[] };

/** The id of the box of a group, which no asset's key can be. */
export function groupId(group: string): string {
  return `group:${group}`;
}

/** The picture of a graph in which some groups are folded. */
export function pictureOf(graph: AssetGraph, folded: ReadonlySet<string>): Picture {
  const members = new Map<string, AssetNode[]>();
  for (const node of graph.nodes) {
    const known = members.get(node.group);
    if (known) known.push(node);
    else members.set(node.group, [node]);
  }
  const boxes: Box[] = [];
  const boxOf = new Map<string, string>();
  for (const node of graph.nodes) {
    const isFolded = folded.has(node.group);
    const id = isFolded ? groupId(node.group) : node.key;
    boxOf.set(node.key, id);
    if (!isFolded) boxes.push({ kind: "asset", id, group: node.group, asset: node });
  }
  for (const [group, assets] of members) {
    if (folded.has(group)) boxes.push({ kind: "group", id: groupId(group), group, assets });
  }
  return { boxes, lines: linesOf(graph, boxOf), frames: framesOf(graph, folded) };
}

function linesOf(graph: AssetGraph, boxOf: ReadonlyMap<string, string>): Line[] {
  const lines = new Map<string, Line>();
  for (const edge of graph.edges) {
    const from = boxOf.get(edge.from);
    const to = boxOf.get(edge.to);
    if (from === undefined || to === undefined || from === to) continue;
    const id = `${from} → ${to}`;
    const known = lines.get(id);
    if (known) known.count += 1;
    else lines.set(id, { id, from, to, count: 1 });
  }
  return [...lines.values()];
}

/** A key in two parts: what people look for, and what is before it. */
export function splitKey(key: string): { prefix: string; name: string } {
  const cut = key.lastIndexOf("/") + 1;
  return { prefix: key.slice(0, cut), name: key.slice(cut) };
}
