import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "~/app/root";
import { reading } from "~/app/search";

/** What is looked for: words, and whether only types that the project uses count. */
export type TypesSearch = { q?: string; used?: boolean };

export const typesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/types",
  validateSearch: reading(
    (search: Record<string, unknown>): TypesSearch => ({
      ...(typeof search.q === "string" && search.q !== "" ? { q: search.q } : {}),
      ...(search.used === true ? { used: true } : {}),
    }),
  ),
  component: lazyRouteComponent(() => import("~/features/types/TypesPage"), "TypesPage"),
});
export const typeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/types/$name",
  component: lazyRouteComponent(() => import("~/features/types/TypePage"), "TypePage"),
});
