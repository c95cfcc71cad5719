/** A name and a value, as they were typed. */
export type Pair = { id: number; name: string; value: string };

const named = (pairs: Pair[]) => pairs.filter(({ name }) => name.trim() !== "");

/** Tags: values are text. */
export function readTags(pairs: Pair[]): Record<string, string> {
  return Object.fromEntries(named(pairs).map(({ name, value }) => [name.trim(), value]));
}

/** Config: what is JSON is read as such, everything else is text. */
export function readConfig(pairs: Pair[]): Record<string, unknown> {
  return Object.fromEntries(named(pairs).map(({ name, value }) => [name.trim(), readValue(value)]));
}

/** What was given before, to be changed. A text that would be read as something else is written as JSON. */
export function pairsOf(values: Record<string, unknown>): Pair[] {
  return Object.entries(values).map(([name, value], id) => ({ id, name, value: written(value) }));
}

function written(value: unknown): string {
  return typeof value === "string" && readValue(value) === value ? value : JSON.stringify(value);
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
