import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { queries } from "~/app/queries";
import { rootRoute } from "~/app/root";
import { reading } from "~/app/search";
import { assetsQuery, facetsQuery } from "~/features/catalogue/asking";
import { type Filters, readFilters } from "~/features/catalogue/filters";

export const catalogueRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/assets",
  validateSearch: reading(readFilters),
  loaderDeps: ({ search }: { search: Filters }) => search,
  // Nothing waits for them: they are on their way while the page's own code is.
  loader: ({ deps }) => {
    void queries.prefetchInfiniteQuery(assetsQuery(deps));
    void queries.prefetchQuery(facetsQuery(deps));
  },
  component: lazyRouteComponent(() => import("~/features/catalogue/CataloguePage"), "CataloguePage"),
});
