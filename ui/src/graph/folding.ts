import type { AssetGraph } from "~/graph/model";

/** So many boxes can be read, and are laid out in about a second. */
export const MOST_BOXES = 500;

const COMFORTABLE = 120;

/** The groups that are folded when nobody has said which: all of them, once there are more assets than one can read. */
export function foldedAtFirst(graph: AssetGraph, keep?: string): string[] {
  const groups = new Set(graph.nodes.map((node) => node.group));
  if (graph.nodes.length <= COMFORTABLE || groups.size < 2) return [];
  const kept = graph.nodes.find((node) => node.key === keep)?.group;
  return [...groups].filter((group) => group !== kept);
}

/** The groups with one folded, or unfolded again. */
export function toggled(folded: readonly string[], group: string): string[] {
  return folded.includes(group) ? folded.filter((each) => each !== group) : [...folded, group];
}
