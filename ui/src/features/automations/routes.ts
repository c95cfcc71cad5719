import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "~/app/root";

export const automationsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/automations",
  component: lazyRouteComponent(() => import("~/features/automations/AutomationsPage"), "AutomationsPage"),
});
