import type { BackfillDetail } from "~/features/backfills/useBackfills";
import { STATUS_LOOKS, type Status } from "~/parts/status";

/** How many runs are in which state, in the order in which a bar shows them. */
export const STATES = [
  "succeeded",
  "running",
  "failed",
  "interrupted",
  "cancelled",
  "queued",
  "waiting",
] as const;
export type State = (typeof STATES)[number];

/** The colour of a state; what waits for its turn has no run yet. */
export function colorOf(state: State): string {
  return state === "waiting" ? "gray" : STATUS_LOOKS[state].color;
}

/** What each part of a backfill stands at. */
export function stateOf(part: BackfillDetail["parts"][number]): State {
  const status = part.status as Status | null;
  return status !== null && (STATES as readonly string[]).includes(status) ? (status as State) : "waiting";
}

/** How many parts are in each state; states that nothing is in are left out. */
export function countStates(parts: BackfillDetail["parts"]): [State, number][] {
  const counts = new Map<State, number>();
  for (const part of parts) {
    const state = stateOf(part);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return STATES.flatMap((state) =>
    counts.has(state) ? [[state, counts.get(state) ?? 0] as [State, number]] : [],
  );
}
