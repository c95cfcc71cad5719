/** What the address of a run's page says: which step is looked at, and what of it. */
export type RunSearch = {
  step?: string;
  attempt?: number;
  show?: Part;
  file?: string;
  /** Only steps of this status are listed. */
  only?: string;
};

export const PARTS = ["output", "files", "results"] as const;
export type Part = (typeof PARTS)[number];

/** Reads it; what makes no sense is let go. */
export function readRunSearch(said: Record<string, unknown>): RunSearch {
  const found: RunSearch = {};
  if (typeof said.step === "string") found.step = said.step;
  if (typeof said.attempt === "number" && said.attempt >= 1) found.attempt = Math.floor(said.attempt);
  if (PARTS.some((part) => part === said.show)) found.show = said.show as Part;
  if (typeof said.file === "string") found.file = said.file;
  if (typeof said.only === "string") found.only = said.only;
  return found;
}
