import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ApiRecord, api, given } from "~/api/client";

export type Component = ApiRecord<"Component">;
export type ComponentDetail = ApiRecord<"ComponentDetail">;
export type Folder = ApiRecord<"ComponentFolder">;

const MOST = 300; // that are shown as a list; whoever gets more has to ask better

/** What lies in a folder; without one, the whole tree as far as it is unfolded at first. */
export function useTree(under = "", enabled = true) {
  return useQuery({
    queryKey: ["components", "tree", under],
    queryFn: ({ signal }) => given(api.GET("/api/component-tree", { params: { query: { under } }, signal })),
    enabled,
  });
}

export type Wanted = { q?: string; type?: string; state?: "loaded" | "broken" };

/** The components that are asked for, as a list. */
export function useComponents(wanted: Wanted, enabled: boolean) {
  return useQuery({
    queryKey: ["components", "list", wanted],
    queryFn: ({ signal }) =>
      given(api.GET("/api/components", { params: { query: { ...wanted, limit: MOST } }, signal })),
    placeholderData: keepPreviousData,
    enabled,
  });
}

/** Everything about a component. */
export function useComponent(address: string) {
  return useQuery({
    queryKey: ["components", "component", address],
    queryFn: ({ signal }) =>
      given(api.GET("/api/components/{address}", { params: { path: { address } }, signal })),
  });
}
