import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ApiRecord, api, given } from "~/api/client";

export type ComponentType = ApiRecord<"ComponentType">;
export type TypeDetail = ApiRecord<"ComponentTypeDetail">;
export type Attribute = ApiRecord<"Attribute">;
export type Variable = ApiRecord<"Variable">;

/** The component types in which some words are; all of them without any. */
export function useTypes(q: string) {
  return useQuery({
    queryKey: ["components", "types", q],
    queryFn: ({ signal }) => given(api.GET("/api/component-types", { params: { query: { q } }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** Everything about a component type. */
export function useType(name: string) {
  return useQuery({
    queryKey: ["components", "type", name],
    queryFn: ({ signal }) =>
      given(api.GET("/api/component-types/{name}", { params: { path: { name } }, signal })),
  });
}
