import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "~/app/root";
import { readRunSearch } from "~/features/run/runSearch";
import { readRunFilters } from "~/features/runs/filters";

export const runsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/runs",
  validateSearch: readRunFilters,
  component: lazyRouteComponent(() => import("~/features/runs/RunsPage"), "RunsPage"),
});

export const runRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/runs/$id",
  validateSearch: readRunSearch,
  component: lazyRouteComponent(() => import("~/features/run/RunPage"), "RunPage"),
});
