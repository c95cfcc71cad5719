export const RUN_STATUSES = ["running", "queued", "failed", "succeeded", "cancelled"] as const;

/** How far back runs are shown, in hours. */
export const PERIODS = { hour: 1, day: 24, week: 7 * 24, month: 30 * 24 } as const;
export type Period = keyof typeof PERIODS;

/** Which runs are shown: what the address says after its question mark. */
export type RunFilters = {
  status?: (typeof RUN_STATUSES)[number][];
  by?: string;
  /** In the assets, the partition or what launched it; or the beginning of an id. */
  q?: string;
  /** Only those that make it. */
  asset?: string;
  /** `NAME` or `NAME=VALUE`. */
  tag?: string;
  within?: Period;
};

/** The filters in an address; what makes no sense in it is left out. */
export function readRunFilters(given: Record<string, unknown>): RunFilters {
  const asked = Array.isArray(given.status) ? given.status : [given.status];
  const status = RUN_STATUSES.filter((each) => asked.includes(each));
  const found: RunFilters = status.length > 0 ? { status } : {};
  for (const name of ["by", "q", "asset", "tag"] as const) {
    const text = textOf(given[name], name === "q");
    if (text !== "") found[name] = text;
  }
  if (typeof given.within === "string" && Object.hasOwn(PERIODS, given.within))
    found.within = given.within as Period;
  return found;
}

/** A number may have been meant as one: the beginning of an id. */
function textOf(value: unknown, mayBeNumber: boolean): string {
  return typeof value === "string" ? value : mayBeNumber && typeof value === "number" ? String(value) : "";
}

const MINUTE = 60_000;

/** From when on, for a period: the same text for a minute, so that it isn't asked for again and again. */
export function sinceOf(within: Period | undefined, now: number): string | undefined {
  if (within === undefined) return undefined;
  return new Date(Math.floor(now / MINUTE) * MINUTE - PERIODS[within] * 60 * MINUTE).toISOString();
}
