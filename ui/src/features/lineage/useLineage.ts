import { useQuery } from "@tanstack/react-query";
import { ApiError } from "~/api/client";
import { projectQuery } from "~/api/project";
import type { LineageSearch } from "~/features/lineage/search";
import { around } from "~/graph/around";
import { MOST_BOXES } from "~/graph/folding";
import { graphQuery } from "~/graph/queries";

/** The graph that the address asks for, and how it is looked at. */
export function useLineage({ selection, up = 0, down = 0, view: wanted }: LineageSearch) {
  const { data: project } = useQuery(projectQuery);
  const asked = around(selection ?? "", up, down);
  // A large project as a whole is looked at from afar, unless somebody wants it otherwise.
  const isLarge = (project?.assets ?? 0) > MOST_BOXES;
  const view = wanted ?? (selection === undefined && isLarge ? "overview" : "graph");
  const { data, error, refetch } = useQuery({
    ...graphQuery(asked),
    enabled: project !== undefined && (view === "graph" || selection !== undefined),
  });
  const unreadable = error instanceof ApiError && error.status === 400 ? error.message : undefined;
  return {
    graph: data,
    view,
    title: selection === undefined ? "All assets" : asked,
    /** What is wrong with the selection. */
    unreadable,
    error: unreadable === undefined ? error : null,
    refetch,
  };
}
