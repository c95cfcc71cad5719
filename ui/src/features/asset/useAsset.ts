import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { type ApiRecord, api, given } from "~/api/client";

export type Materialization = ApiRecord<"Materialization">;
export type Series = ApiRecord<"MetadataSeries">;
export type Partition = ApiRecord<"Partition">;
export type PartitionGrid = ApiRecord<"PartitionGrid">;
export type Explained = ApiRecord<"ExplainedField">;
export type Source = ApiRecord<"Source">;

const AT_ONCE = 25;
const PARTITIONS = 1_000;

/** When an asset was written, the newest first. */
export const materializationsQuery = (asset: string, partition?: string) =>
  infiniteQueryOptions({
    queryKey: ["assets", "materializations", asset, partition ?? null],
    queryFn: ({ pageParam, signal }) =>
      given(
        api.GET("/api/materializations", {
          params: { query: { asset, partition, cursor: pageParam, limit: AT_ONCE } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });

/** The numbers that were reported of an asset over time, or of each of its partitions. */
export const metadataQuery = (asset: string, by: "time" | "partition") =>
  queryOptions({
    queryKey: ["assets", "metadata", asset, by],
    queryFn: ({ signal }) => given(api.GET("/api/metadata", { params: { query: { asset, by } }, signal })),
  });

/** What a check found, the newest first. */
export const checkResultsQuery = (asset: string, check: string) =>
  infiniteQueryOptions({
    queryKey: ["assets", "check-results", asset, check],
    queryFn: ({ pageParam, signal }) =>
      given(
        api.GET("/api/check-results", {
          params: { query: { asset, check, cursor: pageParam, limit: AT_ONCE } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });

/** The partitions of an asset, the last ones first. */
export const partitionsQuery = (asset: string) =>
  infiniteQueryOptions({
    queryKey: ["assets", "partitions", asset],
    queryFn: ({ pageParam, signal }) =>
      given(
        api.GET("/api/partitions", {
          params: { query: { asset, cursor: pageParam, limit: PARTITIONS } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });

/** The lines of a file that declares something. */
export const sourceQuery = (file: string, line: number | null) =>
  queryOptions({
    queryKey: ["components", "source", file, line],
    queryFn: ({ signal }) => given(api.GET("/api/source", { params: { query: { file, line } }, signal })),
  });

/** Where each value of an asset comes from. */
export const explanationQuery = (asset: string) =>
  queryOptions({
    queryKey: ["components", "explanation", asset],
    queryFn: ({ signal }) => given(api.GET("/api/explanation", { params: { query: { asset } }, signal })),
  });

/** The assets around an asset, with how they stand. */
export const aroundQuery = (asset: string) =>
  queryOptions({
    queryKey: ["assets", "around", asset],
    queryFn: ({ signal }) =>
      given(api.GET("/api/graph", { params: { query: { selection: `1+${asset}+1` } }, signal })),
  });
