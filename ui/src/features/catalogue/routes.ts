import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "~/app/root";
import { readFilters } from "~/features/catalogue/filters";

export const catalogueRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/assets",
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import("~/features/catalogue/CataloguePage"), "CataloguePage"),
});
