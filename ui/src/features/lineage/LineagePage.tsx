import { Skeleton } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconZoomQuestion } from "@tabler/icons-react";
import { lazy, Suspense, useCallback, useRef } from "react";
import styles from "~/features/lineage/Lineage.module.css";
import { SelectionBox } from "~/features/lineage/SelectionBox";
import type { LineageSearch } from "~/features/lineage/search";
import { useLineage } from "~/features/lineage/useLineage";
import { useLineageSearch } from "~/features/lineage/useLineageSearch";
import { Empty } from "~/parts/Empty";
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
  const { graph, view, title, unreadable, error, refetch } = useLineage(search);
  const step = useCallback((changed: LineageSearch) => change(changed, { isStep: true }), [change]);
  useHotkeys([["/", () => input.current?.focus()]]);

  const apply = (text: string) => {
    const selection = text === "" || text === "*" ? undefined : text;
    const distances = selection === undefined ? { up: undefined, down: undefined } : {};
    step({ ...distances, selection, fold: undefined, focus: undefined, column: undefined, view: undefined });
  };
  return (
    <div className={styles.page}>
      <div className={styles.title}>
        <PageTitle title="Lineage" />
      </div>
      <SelectionBox value={search.selection ?? ""} input={input} apply={apply} error={unreadable} />
      {error && <Wrong error={error} retry={() => void refetch()} />}
      <Suspense fallback={<Skeleton flex={1} mih={420} />}>
        {unreadable !== undefined ? (
          <Empty title="This selection selects nothing" icon={IconZoomQuestion}>
            Above is what is wrong with it. Words are suggested while you write; keys, groups and tags are the
            most useful ones.
          </Empty>
        ) : view === "overview" ? (
          <OverviewPart graph={graph} search={search} change={change} step={step} />
        ) : (
          <GraphPart graph={graph} title={title} search={search} change={change} />
        )}
      </Suspense>
    </div>
  );
}
