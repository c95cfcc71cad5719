import type { ApiRecord } from "~/api/client";
import type { Coloured } from "~/graph/colours";
import type { Place, Point } from "~/graph/layout";

export type Overview = ApiRecord<"Overview">;

/** How large an asset is drawn, where a row is 1 high. */
export const BOX = { width: 5.2, height: 0.76 };

const CELL = { width: 7, height: 4 };

/** The overview, ready to be painted and pointed at. */
export type Prepared = {
  overview: Overview;
  assets: Coloured[];
  edgesOf: number[][];
  cells: ReadonlyMap<string, number[]>;
  numbers: ReadonlyMap<string, number>;
};

/** What painting needs, made once. */
export function prepared(overview: Overview): Prepared {
  const external = new Set(overview.external);
  const assets = overview.keys.map((_, each): Coloured => {
    const seconds = overview.materialized[each] ?? null;
    return {
      group: overview.areas[overview.area[each] ?? 0]?.name ?? "",
      status: overview.status[each] ?? null,
      external: external.has(each),
      materialized_at: seconds === null ? null : new Date(seconds * 1000).toISOString(),
      compute: overview.compute[each] ?? null,
    };
  });
  const edgesOf: number[][] = overview.keys.map(() => []);
  overview.sources.forEach((source, edge) => {
    edgesOf[source]?.push(edge);
    edgesOf[overview.targets[edge] ?? 0]?.push(edge);
  });
  const cells = new Map<string, number[]>();
  overview.x.forEach((x, each) => {
    const cell = cellOf({ x, y: overview.y[each] ?? 0 });
    const known = cells.get(cell);
    if (known) known.push(each);
    else cells.set(cell, [each]);
  });
  return {
    overview,
    assets,
    edgesOf,
    cells,
    numbers: new Map(overview.keys.map((key, each) => [key, each])),
  };
}

/** The asset that is drawn at a point. */
export function assetAt({ overview, cells }: Prepared, point: Point): number | undefined {
  for (const across of [0, -BOX.width]) {
    for (const down of [0, -BOX.height]) {
      const found = cells.get(cellOf({ x: point.x + across, y: point.y + down }))?.find((each) => {
        const [x, y] = [overview.x[each] ?? 0, overview.y[each] ?? 0];
        return (
          point.x >= x && point.x <= x + BOX.width && point.y >= y - 0.12 && point.y <= y + BOX.height + 0.12
        );
      });
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The group in whose area a point is. */
export function areaAt({ overview }: Prepared, point: Point): Place | undefined {
  return overview.areas.find(
    (area) =>
      point.x >= area.x &&
      point.x <= area.x + area.width &&
      point.y >= area.y &&
      point.y <= area.y + area.height,
  );
}

function cellOf(point: Point): string {
  return `${Math.floor(point.x / CELL.width)}:${Math.floor(point.y / CELL.height)}`;
}
