import { queryOptions } from "@tanstack/react-query";
import { type ApiRecord, api, given } from "~/api/client";
import type { Automation } from "~/features/automations/useAutomations";

export type Run = ApiRecord<"Run">;
export type Check = ApiRecord<"CheckSummary">;

const LATEST = 7;
const FIRST = 6;

/** The newest runs. */
export const latestRunsQuery = queryOptions({
  queryKey: ["runs", "latest", LATEST],
  queryFn: ({ signal }) => given(api.GET("/api/runs", { params: { query: { limit: LATEST } }, signal })),
});

/** The checks that don't pass. */
export const failingChecksQuery = queryOptions({
  queryKey: ["assets", "checks", "failing"],
  queryFn: ({ signal }) =>
    given(
      api.GET("/api/checks", { params: { query: { status: ["failed", "warned"], limit: FIRST } }, signal }),
    ),
});

/** The assets that need somebody, the most urgent first. */
export const urgentAssetsQuery = queryOptions({
  queryKey: ["assets", "urgent"],
  queryFn: ({ signal }) =>
    given(
      api.GET("/api/assets", {
        params: { query: { status: ["failed", "overdue"], order: "status", limit: FIRST } },
        signal,
      }),
    ),
});

/** What is on and has a time, the soonest first. */
export function dueNext(automations: Automation[]): Automation[] {
  return automations
    .filter(({ on, next_at }) => on && next_at !== null)
    .sort((a, b) => Date.parse(a.next_at ?? "") - Date.parse(b.next_at ?? ""))
    .slice(0, FIRST);
}
