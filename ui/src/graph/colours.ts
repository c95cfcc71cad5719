import type { AssetNode } from "~/graph/model";
import { STATUS_LOOKS } from "~/parts/status";

export const COLOURINGS = ["status", "group", "freshness", "compute"] as const;

/** What colours tell. */
export type Colouring = (typeof COLOURINGS)[number];

/** What colours are made from. */
export type Coloured = Pick<AssetNode, "group" | "status" | "external" | "materialized_at" | "compute">;

/** A colour of the theme, and what it stands for: the word is always shown, too. */
export type Meaning = { color: string; label: string };

const HOUR = 3_600_000;
const AGES: [number, Meaning][] = [
  [HOUR, { color: "teal", label: "within an hour" }],
  [24 * HOUR, { color: "green", label: "within a day" }],
  [7 * 24 * HOUR, { color: "yellow", label: "within a week" }],
  [Number.POSITIVE_INFINITY, { color: "orange", label: "longer ago" }],
];
const HUES = [
  "blue",
  "teal",
  "grape",
  "orange",
  "cyan",
  "pink",
  "lime",
  "violet",
  "yellow",
  "indigo",
  "green",
  "red",
];
const EXTERNAL: Meaning = { color: "gray", label: "external" };

/** What the colour of an asset says. */
export function meaningOf(asset: Coloured, colouring: Colouring, now: number): Meaning {
  switch (colouring) {
    case "status":
      return asset.status === null
        ? EXTERNAL
        : { color: STATUS_LOOKS[asset.status].color, label: asset.status };
    case "group":
      return { color: hueOf(asset.group), label: asset.group };
    case "compute":
      if (asset.external) return EXTERNAL;
      return asset.compute === null
        ? { color: "gray", label: "no profile" }
        : { color: hueOf(asset.compute), label: asset.compute };
    case "freshness":
      return asset.external ? EXTERNAL : ageOf(asset.materialized_at, now);
  }
}

function ageOf(at: string | null, now: number): Meaning {
  if (at === null) return { color: "gray", label: "never materialized" };
  const age = now - Date.parse(at);
  return AGES.find(([most]) => age < most)?.[1] ?? { color: "gray", label: "never materialized" };
}

/** The colour of a name: always the same, and for most names another one. */
export function hueOf(name: string): string {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return HUES[hash % HUES.length] ?? "gray";
}

/** Each meaning with how often it is there, most frequent first. */
export function legendOf(
  assets: Iterable<Coloured>,
  colouring: Colouring,
  now: number,
): (Meaning & { count: number })[] {
  const found = new Map<string, Meaning & { count: number }>();
  for (const asset of assets) {
    const meaning = meaningOf(asset, colouring, now);
    const known = found.get(meaning.label);
    if (known) known.count += 1;
    else found.set(meaning.label, { ...meaning, count: 1 });
  }
  return [...found.values()].sort((one, other) => other.count - one.count);
}
