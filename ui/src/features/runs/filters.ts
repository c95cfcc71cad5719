export const RUN_STATUSES = ["running", "queued", "failed", "succeeded", "cancelled"] as const;

/** Which runs are shown: what the address says after its question mark. */
export type RunFilters = { status?: (typeof RUN_STATUSES)[number][]; by?: string };

/** The filters in an address; what makes no sense in it is left out. */
export function readRunFilters(given: Record<string, unknown>): RunFilters {
  const asked = Array.isArray(given.status) ? given.status : [given.status];
  const status = RUN_STATUSES.filter((each) => asked.includes(each));
  return {
    ...(status.length > 0 ? { status } : {}),
    ...(typeof given.by === "string" && given.by !== "" ? { by: given.by } : {}),
  };
}
