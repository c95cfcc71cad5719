import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "~/app/root";
import { reading } from "~/app/search";

/** Which components are shown, and which of them is looked at. */
export type ComponentsSearch = {
  address?: string;
  q?: string;
  type?: string;
  state?: "loaded" | "broken";
};

export const componentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/components",
  validateSearch: reading(
    (search: Record<string, unknown>): ComponentsSearch => ({
      ...textOf("address", search.address),
      ...textOf("q", search.q),
      ...textOf("type", search.type),
      ...(search.state === "loaded" || search.state === "broken" ? { state: search.state } : {}),
    }),
  ),
  component: lazyRouteComponent(() => import("~/features/components/ComponentsPage"), "ComponentsPage"),
});

function textOf(name: keyof ComponentsSearch, value: unknown): ComponentsSearch {
  return typeof value === "string" && value !== "" ? { [name]: value } : {};
}
