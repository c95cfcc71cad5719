import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";
import type { LineageSearch } from "~/features/lineage/search";

const route = getRouteApi("/lineage");

/** What the address says, and a way to change it; what is undefined is taken out. */
export function useLineageSearch() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = useCallback(
    (changed: LineageSearch, { isStep = false } = {}) =>
      void navigate({ search: (before) => ({ ...before, ...changed }), replace: !isStep }),
    [navigate],
  );
  return { search, change };
}
