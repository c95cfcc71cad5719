import type { ApiRecord } from "~/api/client";
import { CARD, type Layout, type Point, ROW } from "~/graph/layout";

export type ColumnEdge = ApiRecord<"ColumnEdge">;

/** The columns that hang together with a chosen one: by asset, and the edges between them. */
export type LitColumns = { rows: ReadonlyMap<string, readonly string[]>; edges: readonly ColumnEdge[] };

export const NO_COLUMNS: LitColumns = { rows: new Map(), edges: [] };

/** What a column is made from, and what is made from it, directly and through others. */
export function litBy(edges: readonly ColumnEdge[], asset: string, column: string): LitColumns {
  const chosen = nameOf({ asset, column });
  const above = reached(edges, chosen, (edge) => [nameOf(edge.to), nameOf(edge.from)]);
  const below = reached(edges, chosen, (edge) => [nameOf(edge.from), nameOf(edge.to)]);
  const lit = edges.filter((edge) => above.has(nameOf(edge.to)) || below.has(nameOf(edge.from)));
  const rows = new Map<string, string[]>([[asset, [column]]]);
  for (const { asset: key, column: name } of lit.flatMap((edge) => [edge.from, edge.to])) {
    const known = rows.get(key) ?? [];
    if (!known.includes(name)) rows.set(key, [...known, name]);
  }
  return { rows, edges: lit };
}

function reached(
  edges: readonly ColumnEdge[],
  start: string,
  ends: (edge: ColumnEdge) => [string, string],
): ReadonlySet<string> {
  const next = new Map<string, string[]>();
  for (const edge of edges) {
    const [from, to] = ends(edge);
    next.set(from, [...(next.get(from) ?? []), to]);
  }
  const found = new Set([start]);
  const waiting = [start];
  for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
    for (const other of next.get(each) ?? []) {
      if (!found.has(other)) {
        found.add(other);
        waiting.push(other);
      }
    }
  }
  return found;
}

function nameOf({ asset, column }: { asset: string; column: string }): string {
  return `${asset}\n${column}`;
}

/** The paths between rows of cards; without those whose cards aren't shown. */
export function columnPaths(columns: LitColumns, layout: Layout): { id: string; path: string }[] {
  return columns.edges.flatMap(({ from, to }) => {
    const start = anchorOf(columns, layout, from, "right");
    const end = anchorOf(columns, layout, to, "left");
    if (start === undefined || end === undefined) return [];
    const bend = Math.max(16, Math.abs(end.x - start.x) / 2);
    const path = `M${start.x} ${start.y} C${start.x + bend} ${start.y} ${end.x - bend} ${end.y} ${end.x} ${end.y}`;
    return [{ id: `${nameOf(from)}\n${nameOf(to)}`, path }];
  });
}

function anchorOf(
  columns: LitColumns,
  layout: Layout,
  { asset, column }: { asset: string; column: string },
  side: "left" | "right",
): Point | undefined {
  const place = layout.places.get(asset);
  const row = columns.rows.get(asset)?.indexOf(column) ?? -1;
  if (place === undefined || row < 0) return undefined;
  return {
    x: place.x + (side === "right" ? place.width : 0),
    y: place.y + CARD.height + ROW * (row + 0.5) - 4,
  };
}
