import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "~/app/root";
import { reading } from "~/app/search";

export const TABS = ["violations", "rules", "waivers", "trend"] as const;
export type Tab = (typeof TABS)[number];

export const SEVERITIES = ["deny", "warn", "audit"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What is looked at, and which of it. Without `excused`, what nobody has excused. */
export type PoliciesSearch = {
  tab?: Tab;
  policy?: string;
  owner?: string;
  group?: string;
  component?: string;
  severity?: Severity;
  excused?: "only" | "too";
  q?: string;
};

export const policiesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/policies",
  validateSearch: reading(
    (search: Record<string, unknown>): PoliciesSearch => ({
      ...oneOf("tab", TABS, search.tab),
      ...textOf("policy", search.policy),
      ...textOf("owner", search.owner),
      ...textOf("group", search.group),
      ...textOf("component", search.component),
      ...oneOf("severity", SEVERITIES, search.severity),
      ...oneOf("excused", ["only", "too"], search.excused),
      ...textOf("q", search.q),
    }),
  ),
  component: lazyRouteComponent(() => import("~/features/policies/PoliciesPage"), "PoliciesPage"),
});

function textOf(name: keyof PoliciesSearch, value: unknown): PoliciesSearch {
  return typeof value === "string" && value !== "" ? { [name]: value } : {};
}

function oneOf(name: keyof PoliciesSearch, known: readonly string[], value: unknown): PoliciesSearch {
  return typeof value === "string" && known.includes(value) ? { [name]: value } : {};
}
