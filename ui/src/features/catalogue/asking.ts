import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, given } from "~/api/client";
import { asked, type Filters } from "~/features/catalogue/filters";

const AT_ONCE = 100;

/** The assets that fulfil filters, page by page. */
export function assetsQuery(filters: Filters) {
  const query = asked(filters);
  return infiniteQueryOptions({
    queryKey: ["assets", "list", query],
    queryFn: ({ pageParam, signal }) =>
      given(
        api.GET("/api/assets", {
          params: { query: { ...query, cursor: pageParam, limit: AT_ONCE } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
}

/** How many assets there are of each kind, as the filters are. */
export function facetsQuery(filters: Filters) {
  const { order: _, ...query } = asked(filters);
  return queryOptions({
    queryKey: ["assets", "facets", query],
    queryFn: ({ signal }) => given(api.GET("/api/facets", { params: { query }, signal })),
  });
}
