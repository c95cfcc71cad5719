import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "~/app/root";

export const poolsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/pools",
  component: lazyRouteComponent(() => import("~/features/pools/PoolsPage"), "PoolsPage"),
});
