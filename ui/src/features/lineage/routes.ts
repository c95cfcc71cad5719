import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "~/app/root";
import { reading } from "~/app/search";
import { readSearch } from "~/features/lineage/search";

export const lineageRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/lineage",
  validateSearch: reading(readSearch),
  component: lazyRouteComponent(() => import("~/features/lineage/LineagePage"), "LineagePage"),
});
