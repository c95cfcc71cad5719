import { Skeleton } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useRef } from "react";
import { ApiError } from "~/api/client";
import { projectQuery } from "~/api/project";
import styles from "~/features/lineage/Lineage.module.css";
import { SelectionBox } from "~/features/lineage/SelectionBox";
import type { LineageSearch } from "~/features/lineage/search";
import { useLineageSearch } from "~/features/lineage/useLineageSearch";
import { around } from "~/graph/around";
import { MOST_BOXES } from "~/graph/folding";
import { graphQuery } from "~/graph/queries";
import { PageTitle } from "~/parts/PageTitle";
import { Wrong } from "~/parts/Wrong";

// The overview is there before the machinery of the graph is.
const GraphPart = lazy(() =>
  import("~/features/lineage/GraphPart").then((all) => ({ default: all.GraphPart })),
);
const OverviewPart = lazy(() =>
  import("~/features/lineage/OverviewPart").then((all) => ({ default: all.OverviewPart })),
);

/** How assets hang together. */
export function LineagePage() {
  const { search, change } = useLineageSearch();
  const input = useRef<HTMLInputElement>(null);
  const { data: project } = useQuery(projectQuery);
  const { selection } = search;
  const asked = around(selection ?? "", search.up ?? 0, search.down ?? 0);
  // A large project as a whole is looked at from afar, unless somebody wants it otherwise.
  const assets = project?.assets ?? 0;
  const view = search.view ?? (selection === undefined && assets > MOST_BOXES ? "overview" : "graph");
  const isAsked = project !== undefined && (view === "graph" || selection !== undefined);
  const { data: graph, error, refetch } = useQuery({ ...graphQuery(asked), enabled: isAsked });
  const step = useCallback((changed: LineageSearch) => change(changed, { isStep: true }), [change]);
  useHotkeys([["/", () => input.current?.focus()]]);

  const isUnreadable = error instanceof ApiError && error.status === 400;
  const title = selection === undefined ? "All assets" : asked;
  return (
    <div className={styles.page}>
      <PageTitle title="Lineage" />
      <SelectionBox
        value={selection ?? ""}
        input={input}
        apply={(text) =>
          step({
            selection: text === "" || text === "*" ? undefined : text,
            up: text === "" ? undefined : search.up,
            down: text === "" ? undefined : search.down,
            fold: undefined,
            focus: undefined,
            column: undefined,
            view: undefined,
          })
        }
        error={isUnreadable ? error.message : undefined}
      />
      {error && !isUnreadable && <Wrong error={error} retry={() => void refetch()} />}
      <Suspense fallback={<Skeleton flex={1} mih={420} />}>
        {view === "overview" ? (
          <OverviewPart graph={graph} search={search} change={change} step={step} />
        ) : (
          <GraphPart graph={graph} title={title} search={search} change={change} />
        )}
      </Suspense>
    </div>
  );
}
