import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "~/app/root";

export const lineageRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/lineage",
  component: lazyRouteComponent(() => import("~/features/lineage/LineagePage"), "LineagePage"),
});
