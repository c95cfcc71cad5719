import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "~/app/root";

export const catalogueRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/assets",
  component: lazyRouteComponent(() => import("~/features/catalogue/CataloguePage"), "CataloguePage"),
});
