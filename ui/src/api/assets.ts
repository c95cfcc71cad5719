import { queryOptions } from "@tanstack/react-query";
import { type ApiRecord, api, given } from "~/api/client";

export type Asset = ApiRecord<"Asset">;
export type AssetDetail = ApiRecord<"AssetDetail">;

/** Everything about an asset. */
export const assetQuery = (key: string) =>
  queryOptions({
    queryKey: ["assets", "one", key],
    queryFn: ({ signal }) => given(api.GET("/api/assets/{key}", { params: { path: { key } }, signal })),
  });

/** How many assets stand how, and what else they may be told apart by. */
export const facetsQuery = queryOptions({
  queryKey: ["assets", "facets", {}],
  queryFn: ({ signal }) => given(api.GET("/api/facets", { signal })),
});
