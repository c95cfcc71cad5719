import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "~/app/root";

export const componentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/components",
  component: lazyRouteComponent(() => import("~/features/components/ComponentsPage"), "ComponentsPage"),
});
