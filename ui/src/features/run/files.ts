import type { Attempt } from "~/features/run/useRun";

export type Kept = Attempt["artifacts"][number];
export type Shown = "page" | "picture" | "text" | "other";

const SHOWN: [Shown, RegExp][] = [
  ["page", /\.html?$/i],
  ["picture", /\.(png|jpe?g|gif|svg|webp)$/i],
  ["text", /\.(txt|log|md|csv|tsv|json|ya?ml|sql|py)$/i],
];

/** How a file is shown, by its name. */
export function shownAs(name: string): Shown {
  return SHOWN.find(([, pattern]) => pattern.test(name))?.[0] ?? "other";
}

/** Which file is shown first: a page, a picture, or whatever can be looked at. */
export function firstOf(files: readonly Kept[]): Kept | undefined {
  for (const [kind] of SHOWN) {
    const found = files.find((each) => shownAs(each.name) === kind);
    if (found !== undefined) return found;
  }
  return files[0];
}

/** Where a file is. */
export function addressOfFile(run: string, step: string, attempt: number, name: string): string {
  const asked = new URLSearchParams({ step, attempt: String(attempt), name });
  return `/api/runs/${encodeURIComponent(run)}/artifact?${asked}`;
}
