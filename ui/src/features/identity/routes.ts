import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "~/app/root";
import { reading } from "~/app/search";
import { type Filters, OUTCOMES, SPANS } from "~/features/identity/useIdentity";

export const accountRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/account",
  component: lazyRouteComponent(() => import("~/features/identity/AccountPage"), "AccountPage"),
});
export const auditRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/audit",
  validateSearch: reading(
    ({ who, action, outcome, days }: Record<string, unknown>): Filters => ({
      ...(typeof who === "string" && who !== "" ? { who } : {}),
      ...(typeof action === "string" && action !== "" ? { action } : {}),
      ...(OUTCOMES.some((each) => each === outcome) ? { outcome: outcome as Filters["outcome"] } : {}),
      ...(SPANS.some((each) => each === String(days)) ? { days: String(days) as Filters["days"] } : {}),
    }),
  ),
  component: lazyRouteComponent(() => import("~/features/identity/AuditPage"), "AuditPage"),
});
