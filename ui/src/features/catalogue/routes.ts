import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "~/app/root";
import { reading } from "~/app/search";
import { readFilters } from "~/features/catalogue/filters";

export const catalogueRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/assets",
  validateSearch: reading(readFilters),
  component: lazyRouteComponent(() => import("~/features/catalogue/CataloguePage"), "CataloguePage"),
});
