import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import { type ApiRecord, api, given } from "~/api/client";
import { type RunFilters, sinceOf } from "~/features/runs/filters";

export type Run = ApiRecord<"Run">;

/** Runs, the newest first, some at a time. */
export const runsQuery = ({ status, by, q, asset, tag, within }: RunFilters, limit = 50) =>
  infiniteQueryOptions({
    queryKey: ["runs", "list", status, by, q, asset, tag, within, limit],
    queryFn: ({ signal, pageParam }) =>
      given(
        api.GET("/api/runs", {
          params: {
            query: {
              status,
              launched_by: by,
              q,
              asset,
              tag: tag === undefined ? undefined : [tag],
              since: sinceOf(within, Date.now()),
              cursor: pageParam,
              limit,
            },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });

/** How long a run took, or has taken until now; nothing when it hasn't begun. */
export function secondsOf(
  { started_at, ended_at }: Pick<Run, "started_at" | "ended_at">,
  now: number,
): number | null {
  if (started_at === null) return null;
  return Math.max(0, ((ended_at === null ? now : Date.parse(ended_at)) - Date.parse(started_at)) / 1000);
}
