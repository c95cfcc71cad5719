import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "~/app/root";

export const backfillsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/backfills",
  component: lazyRouteComponent(() => import("~/features/backfills/BackfillsPage"), "BackfillsPage"),
});
export const backfillRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/backfills/$id",
  component: lazyRouteComponent(() => import("~/features/backfills/BackfillPage"), "BackfillPage"),
});
