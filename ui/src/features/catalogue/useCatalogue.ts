import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { assetsQuery, facetsQuery } from "~/features/catalogue/asking";
import type { Filters } from "~/features/catalogue/filters";

const route = getRouteApi("/assets");

/** The assets that fulfil filters, page by page; those of the filters before stay until they are there. */
export function useAssets(filters: Filters) {
  return useInfiniteQuery({ ...assetsQuery(filters), placeholderData: keepPreviousData });
}

/** How many assets there are of each kind, as the filters are. */
export function useFacets(filters: Filters) {
  return useQuery({ ...facetsQuery(filters), placeholderData: keepPreviousData });
}

/** The filters that the address says, and what changes them. */
export function useFilters() {
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const change = (next: (before: Filters) => Filters) =>
    void navigate({ search: (before) => next(before), replace: true, resetScroll: false });
  return { filters, change };
}
