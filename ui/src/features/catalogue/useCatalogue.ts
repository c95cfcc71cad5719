import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { api, given } from "~/api/client";
import { asked, type Filters } from "~/features/catalogue/filters";

const AT_ONCE = 100;
const route = getRouteApi("/assets");

/** The assets that fulfil filters, page by page. */
export function useAssets(filters: Filters) {
  const query = asked(filters);
  return useInfiniteQuery({
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
    placeholderData: keepPreviousData,
  });
}

/** How many assets there are of each kind, as the filters are. */
export function useFacets(filters: Filters) {
  const { order: _, ...query } = asked(filters);
  return useQuery({
    queryKey: ["assets", "facets", query],
    queryFn: ({ signal }) => given(api.GET("/api/facets", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** The filters that the address says, and what changes them. */
export function useFilters() {
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const change = (next: (before: Filters) => Filters) =>
    void navigate({ search: (before) => next(before), replace: true, resetScroll: false });
  return { filters, change };
}
