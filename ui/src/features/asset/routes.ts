import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "~/app/root";

export const assetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/asset/$",
  component: lazyRouteComponent(() => import("~/features/asset/AssetPage"), "AssetPage"),
});
