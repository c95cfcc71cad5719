/** What the keys of queries begin with: it says what makes an answer stale. */
export type Topic =
  | "project" // how loading went, diagnostics
  | "assets" // assets and the graph, with how they stand
  | "components" // components and their types
  | "policies"
  | "runs"
  | "automations" // schedules, sensors, ticks
  | "backfills"
  | "pools"
  | "editor" // files that can be edited, and branches
  | "identity"; // who is asking, tokens, the audit log

export type ServerEvent = "reload" | "run";

/** What is to be asked for again after an event. */
export const CHANGED_BY: Record<ServerEvent, readonly Topic[]> = {
  reload: ["project", "assets", "components", "policies", "automations", "pools", "editor"],
  run: ["runs", "assets", "automations", "backfills", "pools"],
};
