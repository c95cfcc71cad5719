import { Select, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import styles from "~/features/lineage/Lineage.module.css";
import type { LineageSearch } from "~/features/lineage/search";
import { Toolbar } from "~/features/lineage/Toolbar";
import { selectionOf } from "~/graph/around";
import { legendOf } from "~/graph/colours";
import { Legend } from "~/graph/Legend";
import type { AssetGraph } from "~/graph/model";
import { OverviewCanvas } from "~/graph/overview/OverviewCanvas";
import { prepared } from "~/graph/overview/prepared";
import { overviewQuery } from "~/graph/queries";
import { amount, number } from "~/parts/amounts";
import { Empty } from "~/parts/Empty";
import { useNow } from "~/parts/useNow";
import { Wrong } from "~/parts/Wrong";

type Props = {
  /** What stands out. */
  graph: AssetGraph | undefined;
  search: LineageSearch;
  change: (changed: LineageSearch) => void;
  step: (changed: LineageSearch) => void;
};

/** Everything at once. */
export function OverviewPart({ graph, search, change, step }: Props) {
  const { data, error, refetch } = useQuery(overviewQuery);
  const [only, setOnly] = useState<string>();
  const [group, setGroup] = useState<string | null>(null);
  const now = useNow();
  const { colour = "status", selection } = search;
  const ready = useMemo(() => (data ? prepared(data) : undefined), [data]);
  const selected = useMemo(
    () => (selection === undefined || !graph ? undefined : new Set(graph.nodes.map((node) => node.key))),
    [graph, selection],
  );
  const entries = useMemo(() => (ready ? legendOf(ready.assets, colour, now) : []), [ready, colour, now]);
  const open = (key: string) =>
    step({ view: "graph", selection: selectionOf(key), up: 1, down: 1, focus: key, fold: undefined });
  if (error) return <Wrong error={error} retry={() => void refetch()} />;
  return (
    <>
      <Toolbar search={search} change={change} view="overview">
        {ready && ready.overview.areas.length > 1 && (
          <Select
            size="xs"
            w={170}
            aria-label="Go to a group"
            placeholder="Go to a group…"
            searchable
            clearable
            value={group}
            data={ready.overview.areas.map((area) => area.name).sort()}
            onChange={setGroup}
          />
        )}
      </Toolbar>
      {ready && (
        <div className={styles.keys}>
          <Legend entries={entries} only={only} choose={setOnly} />
          <Text size="sm" c="dimmed">
            {amount(ready.overview.keys.length, "asset")} in {amount(ready.overview.areas.length, "group")}
            {selected && `, ${number(selected.size)} selected`}
          </Text>
        </div>
      )}
      <div className={styles.canvas}>
        {ready === undefined ? (
          <Skeleton height="100%" />
        ) : ready.overview.keys.length === 0 ? (
          <Empty title="The project has no assets yet">
            Write a component, and its assets are shown here as soon as it is saved.
          </Empty>
        ) : (
          <OverviewCanvas
            prepared={ready}
            colouring={colour}
            only={only}
            selected={selected}
            group={group ?? undefined}
            open={open}
          />
        )}
      </div>
    </>
  );
}
