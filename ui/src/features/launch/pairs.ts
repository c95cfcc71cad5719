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

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
