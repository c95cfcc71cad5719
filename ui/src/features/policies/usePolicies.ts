import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type ApiRecord, api, given } from "~/api/client";
import type { PoliciesSearch } from "~/features/policies/routes";

export type Policy = ApiRecord<"Policy">;
export type PolicyVerdict = ApiRecord<"PolicyVerdict">;
export type PolicyWaiver = ApiRecord<"PolicyWaiver">;
export type PolicyCounts = ApiRecord<"PolicyCounts">;
export type PolicyPoint = ApiRecord<"PolicyPoint">;

export function usePolicies() {
  return useQuery({
    queryKey: ["policies", "list"],
    queryFn: ({ signal }) => given(api.GET("/api/policies", { signal })),
  });
}

/** What violates policies, page after page. */
export function useVerdicts({ tab: _, excused, ...wanted }: PoliciesSearch) {
  const query = { ...wanted, ...(excused === "too" ? {} : { excused: excused === "only" }) };
  return useInfiniteQuery({
    queryKey: ["policies", "verdicts", query],
    queryFn: ({ signal, pageParam: cursor }) =>
      given(api.GET("/api/policies/verdicts", { params: { query: { ...query, cursor } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });
}

export function useWaivers() {
  return useQuery({
    queryKey: ["policies", "waivers"],
    queryFn: ({ signal }) => given(api.GET("/api/policies/waivers", { signal })),
  });
}

/** The violations of each day, of one policy or of all. */
export function useTrend(policy: string | undefined, days: number) {
  return useQuery({
    queryKey: ["policies", "trend", policy, days],
    queryFn: ({ signal }) =>
      given(api.GET("/api/policies/trend", { params: { query: { policy, days } }, signal })),
    placeholderData: keepPreviousData,
  });
}
