import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, given } from "~/api/client";

const A_WHILE = 5 * 60_000; // milliseconds

/** The assets of a selection, and what is between them. */
export const graphQuery = (selection: string) =>
  queryOptions({
    queryKey: ["assets", "graph", selection],
    queryFn: ({ signal }) => given(api.GET("/api/graph", { params: { query: { selection } }, signal })),
    placeholderData: keepPreviousData,
  });

/** All assets as one picture. */
export const overviewQuery = queryOptions({
  queryKey: ["assets", "overview"],
  queryFn: ({ signal }) => given(api.GET("/api/graph/overview", { signal })),
});

/** Which columns those of an asset are made from; reading SQL takes its time, so it isn't asked for lightly. */
export const columnsQuery = (asset: string) =>
  queryOptions({
    queryKey: ["project", "columns", asset],
    queryFn: ({ signal }) => given(api.GET("/api/lineage/columns", { params: { query: { asset } }, signal })),
    staleTime: A_WHILE,
  });

/** What may be written at a place of a selection. */
export const suggestionsQuery = (text: string, at: number) =>
  queryOptions({
    queryKey: ["project", "suggestions", text, at],
    queryFn: ({ signal }) =>
      given(api.GET("/api/selections/suggestions", { params: { query: { text, at } }, signal })),
    placeholderData: keepPreviousData,
    staleTime: A_WHILE,
  });
