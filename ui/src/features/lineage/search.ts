import { type Distance, readDistance } from "~/graph/around";
import { COLOURINGS, type Colouring } from "~/graph/colours";

/** What the address of the page says: everything that somebody would like to share. */
export type LineageSearch = {
  /** What is shown; everything, when it is left out. */
  selection?: string;
  up?: Distance;
  down?: Distance;
  /** The groups that are folded; when it is left out, as many as make the graph readable. */
  fold?: string[];
  colour?: Colouring;
  view?: "graph" | "overview";
  focus?: string;
  column?: string;
};

/** The address, without what makes no sense in it. */
export function readSearch(written: Record<string, unknown>): LineageSearch {
  const up = readDistance(written.up);
  const down = readDistance(written.down);
  const selection = textOf(written.selection);
  const focus = textOf(written.focus);
  const column = textOf(written.column);
  const colour = COLOURINGS.find((each) => each === written.colour);
  return {
    ...(selection !== undefined && { selection }),
    ...(up !== undefined && up !== 0 && { up }),
    ...(down !== undefined && down !== 0 && { down }),
    ...(Array.isArray(written.fold) && { fold: written.fold.map(String) }),
    ...(colour !== undefined && colour !== "status" && { colour }),
    ...((written.view === "graph" || written.view === "overview") && { view: written.view }),
    ...(focus !== undefined && { focus }),
    ...(focus !== undefined && column !== undefined && { column }),
  };
}

// An address gives numbers for texts that look like them.
function textOf(written: unknown): string | undefined {
  if (typeof written !== "string" && typeof written !== "number") return undefined;
  return String(written).trim() || undefined;
}
