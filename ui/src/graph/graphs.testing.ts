import type { AssetGraph, AssetNode } from "~/graph/model";

/** A graph for tests: `group/asset` for each asset, `a > b` for each edge. */
export function graphOf(assets: readonly string[], edges: readonly string[]): AssetGraph {
  return {
    nodes: assets.map((each) => {
      const [group = "", key = ""] = each.split(":");
      return assetOf({ key, group });
    }),
    edges: edges.map((each) => {
      const [from = "", to = ""] = each.split(" > ");
      return { from, to };
    }),
  };
}

/** An asset for tests. */
export function assetOf(some: Partial<AssetNode> = {}): AssetNode {
  return {
    key: "orders",
    group: "default",
    kinds: [],
    external: false,
    status: "fresh",
    blocked: false,
    checks: 0,
    materialized_at: null,
    compute: null,
    ...some,
  };
}
