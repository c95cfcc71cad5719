import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "~/app/root";

export const typesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/types",
  component: lazyRouteComponent(() => import("~/features/types/TypesPage"), "TypesPage"),
});
export const typeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/types/$name",
  component: lazyRouteComponent(() => import("~/features/types/TypePage"), "TypePage"),
});
