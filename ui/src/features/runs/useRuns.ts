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
