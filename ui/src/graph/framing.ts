import type { AssetGraph, AssetNode } from "~/graph/model";

/** What is drawn around assets of a group. A group that data leaves and comes back to has several. */
export type Frame = { id: string; group: string; keys: string[] };

const UNGROUPED = "default";

/**
 * The frames of the groups that aren't folded, so that data goes in one direction between them.
 *
 * Nodes are taken in their order, dependencies first: each joins a frame of its group, unless a circle came of it.
 */
export function framesOf(graph: AssetGraph, folded: ReadonlySet<string>): Frame[] {
  const parents = new Map<string, string[]>();
  for (const { from, to } of graph.edges) {
    const known = parents.get(to);
    if (known) known.push(from);
    else parents.set(to, [from]);
  }
  const frames: Frame[] = [];
  const after = new Map<string, Set<string>>(); // what is made from something in a frame, or in a box without one
  const placeOf = new Map<string, string>();
  for (const node of graph.nodes) {
    const before = (parents.get(node.key) ?? []).map((key) => placeOf.get(key) ?? key);
    const place = placeFor(node, folded, frames, before, after);
    placeOf.set(node.key, place);
    for (const each of before) {
      if (each !== place) after.set(each, (after.get(each) ?? new Set()).add(place));
    }
  }
  return frames;
}

function placeFor(
  node: AssetNode,
  folded: ReadonlySet<string>,
  frames: Frame[],
  before: readonly string[],
  after: ReadonlyMap<string, ReadonlySet<string>>,
): string {
  if (node.group === UNGROUPED || folded.has(node.group)) return node.key;
  const own = frames.filter((frame) => frame.group === node.group);
  const fitting = own.findLast((frame) => !leadsTo(after, frame.id, new Set(before)));
  if (fitting !== undefined) {
    fitting.keys.push(node.key);
    return fitting.id;
  }
  const frame = { id: `frame:${own.length}:${node.group}`, group: node.group, keys: [node.key] };
  frames.push(frame);
  return frame.id;
}

/** Whether some of the places come after a frame: what is made from them can't be in it. */
function leadsTo(
  after: ReadonlyMap<string, ReadonlySet<string>>,
  frame: string,
  places: ReadonlySet<string>,
): boolean {
  const seen = new Set([frame]);
  const waiting = [frame];
  for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
    for (const next of after.get(each) ?? []) {
      if (places.has(next) && next !== frame) return true;
      if (!seen.has(next)) {
        seen.add(next);
        waiting.push(next);
      }
    }
  }
  return false;
}
