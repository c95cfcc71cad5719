import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "~/app/root";
import { reading } from "~/app/search";

export const TABS = ["overview", "history", "checks", "partitions", "definition"] as const;
export type Tab = (typeof TABS)[number];

/** What the address says besides which asset: the tab, and what is looked at closely in it. */
export type AssetSearch = { tab?: Tab; partition?: string; check?: string; field?: string };

function readSearch(search: Record<string, unknown>): AssetSearch {
  const found: AssetSearch = {};
  if (search.tab !== "overview" && TABS.includes(search.tab as Tab)) found.tab = search.tab as Tab;
  for (const name of ["partition", "check", "field"] as const) {
    const value = search[name];
    if (typeof value === "string" || typeof value === "number") found[name] = String(value);
  }
  return found;
}

export const assetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/asset/$",
  validateSearch: reading(readSearch),
  component: lazyRouteComponent(() => import("~/features/asset/AssetPage"), "AssetPage"),
});
