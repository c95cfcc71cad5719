import type { Change, Edit, Path } from "~/features/editor/asking";

type Place = { line: number; column: number };
/** A stretch of a text becomes another one. */
export type Splice = { from: number; to: number; insert: string };

/** Where a place of the API is in a text: lines and columns count from 1. */
export function offsetOf(text: string, { line, column }: Place): number {
  let start = 0;
  for (let number = 1; number < line; number++) {
    const end = text.indexOf("\n", start);
    if (end === -1) return text.length;
    start = end + 1;
  }
  return Math.min(start + column - 1, text.length);
}

/** The line and the column of a place in a text. */
export function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: offset - start + 1 };
}

/** A text after some edits, which don't overlap. */
export function edited(text: string, edits: readonly Edit[]): string {
  const splices = edits
    .map(({ range, text: insert }) => ({
      from: offsetOf(text, range.start),
      to: offsetOf(text, range.end),
      insert,
    }))
    .sort((one, other) => other.from - one.from);
  return splices.reduce(
    (whole, { from, to, insert }) => whole.slice(0, from) + insert + whole.slice(to),
    text,
  );
}

/** The one change that makes a text another: what is the same at both ends isn't in it. */
export function spliceOf(before: string, after: string): Splice | null {
  if (before === after) return null;
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let same = 0;
  while (same < most - start && before[before.length - 1 - same] === after[after.length - 1 - same]) same++;
  return { from: start, to: before.length - same, insert: after.slice(start, after.length - same) };
}

/** A value in which something is another one; undefined takes it out. What isn't there on the way is made. */
export function withValue(value: unknown, path: Path, next: unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return next;
  if (typeof part === "number") {
    const items = Array.isArray(value) ? [...value] : [];
    if (next === undefined && rest.length === 0) items.splice(part, 1);
    else items[part] = withValue(items[part], rest, next);
    return items;
  }
  const entries = isRecord(value) ? { ...value } : {};
  if (next === undefined && rest.length === 0) delete entries[part];
  else entries[part] = withValue(entries[part], rest, next);
  return entries;
}

/** A value in which an entry of a mapping is called something else, in the same place. */
export function withName(value: unknown, path: Path, name: string): unknown {
  const around = path.slice(0, -1);
  const entries = around.reduce<unknown>((inner, part) => (isParent(inner) ? inner[part] : undefined), value);
  if (!isRecord(entries)) return value;
  const was = String(path.at(-1));
  const renamed = Object.entries(entries).map(([each, inner]) => [each === was ? name : each, inner]);
  return withValue(value, around, Object.fromEntries(renamed));
}

function isParent(value: unknown): value is Record<string | number, unknown> {
  return typeof value === "object" && value !== null;
}

/** What a change of the form makes of a value. */
export function changed(value: unknown, change: Change): unknown {
  return "name" in change
    ? withName(value, change.at, change.name)
    : withValue(value, change.at, change.value);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
