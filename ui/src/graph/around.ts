/** How far to look from what is selected: so many edges, or as far as there are any. */
export type Distance = number | "all";

const FARTHEST = 9;

/** The selection with what is around it: `2+(a or b)+1`. */
export function around(selection: string, up: Distance, down: Distance): string {
  const text = selection.trim();
  if (text === "" || text === "*" || (up === 0 && down === 0)) return text === "" ? "*" : text;
  const before = up === 0 ? "" : `${up === "all" ? "" : up}+`;
  const after = down === 0 ? "" : `+${down === "all" ? "" : down}`;
  return `${before}(${text})${after}`;
}

/** The selection of an asset; a key with signs that mean something there is quoted. */
export function selectionOf(key: string): string {
  return /^[^\s(),+"':*]+$/.test(key) && !/^(and|or|not)$/i.test(key) ? key : `key:"${key}"`;
}

/** A step further, or a step back: 0, 1, 2 … 9, all. */
export function farther(distance: Distance, by: 1 | -1): Distance {
  if (distance === "all") return by === 1 ? "all" : FARTHEST;
  if (by === -1) return Math.max(0, distance - 1);
  return distance >= FARTHEST ? "all" : distance + 1;
}

/** A distance as an address says it; none when it makes no sense. */
export function readDistance(written: unknown): Distance | undefined {
  if (written === "all") return "all";
  const number = Number(written);
  return Number.isInteger(number) && number >= 0 && number <= FARTHEST && written !== "" ? number : undefined;
}
