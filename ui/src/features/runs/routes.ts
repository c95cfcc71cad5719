import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "~/app/root";
import { reading } from "~/app/search";
import { readRunSearch } from "~/features/run/runSearch";
import { readRunFilters } from "~/features/runs/filters";

export const runsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/runs",
  validateSearch: reading(readRunFilters),
  component: lazyRouteComponent(() => import("~/features/runs/RunsPage"), "RunsPage"),
});

export const runRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/runs/$id",
  validateSearch: reading(readRunSearch),
  component: lazyRouteComponent(() => import("~/features/run/RunPage"), "RunPage"),
});
