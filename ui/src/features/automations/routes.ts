import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "~/app/root";
import { reading } from "~/app/search";

export const automationsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/automations",
  /** `name`: whose ticks are shown. */
  validateSearch: reading((given: Record<string, unknown>): { name?: string } =>
    typeof given.name === "string" && given.name !== "" ? { name: given.name } : {},
  ),
  component: lazyRouteComponent(() => import("~/features/automations/AutomationsPage"), "AutomationsPage"),
});
