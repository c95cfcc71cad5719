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

/** A size as people say it: "340 B", "4.2 kB", "12 MB". */
export function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let size = bytes;
  let unit = -1;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}
