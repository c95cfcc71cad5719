import { Button, Skeleton, Text } from "@mantine/core";
import { IconBinaryTree2Filled, IconZoomExclamation } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useRef, useState } from "react";
import { LaunchButton } from "~/features/launch/LaunchButton";
import { AssetPanel } from "~/features/lineage/AssetPanel";
import { ExportMenu } from "~/features/lineage/ExportMenu";
import styles from "~/features/lineage/Lineage.module.css";
import type { LineageSearch } from "~/features/lineage/search";
import { Toolbar } from "~/features/lineage/Toolbar";
import { legendOf, meaningOf } from "~/graph/colours";
import { litBy, NO_COLUMNS } from "~/graph/columns";
import { foldedAtFirst, MOST_BOXES, toggled } from "~/graph/folding";
import { GraphView } from "~/graph/GraphView";
import { Legend } from "~/graph/Legend";
import type { Layout } from "~/graph/layout";
import { type AssetGraph, type Box, pictureOf } from "~/graph/model";
import { columnsQuery } from "~/graph/queries";
import { svgOf } from "~/graph/svg";
import { useColorOf } from "~/graph/useColorOf";
import { amount, number } from "~/parts/amounts";
import { Empty } from "~/parts/Empty";
import { useNow } from "~/parts/useNow";

type Props = {
  graph: AssetGraph | undefined;
  title: string;
  search: LineageSearch;
  change: (changed: LineageSearch) => void;
};

/** The graph of a selection, with what is done with it, and what is known of the asset in focus. */
export function GraphPart({ graph, title, search, change }: Props) {
  const { focus, column, colour = "status" } = search;
  const [only, setOnly] = useState<string>();
  const now = useNow();
  const folded = useFolded(graph, search);
  const picture = useMemo(() => (graph ? pictureOf(graph, new Set(folded)) : undefined), [graph, folded]);
  const columns = useLitColumns(focus, column);
  const drawing = useDrawing({ title, picture, columns, colour, now });
  const fold = useCallback((group: string) => change({ fold: toggled(folded, group) }), [change, folded]);
  const open = useCallback((key: string) => change({ focus: key, column: undefined }), [change]);
  const leave = useCallback(() => change({ focus: undefined, column: undefined }), [change]);

  const groups = useMemo(() => [...new Set(graph?.nodes.map((node) => node.group))], [graph]);
  return (
    <>
      <Toolbar search={search} change={change} view="graph">
        {groups.length > 1 && <FoldAll groups={groups} folded={folded} change={change} />}
        {search.selection !== undefined && graph?.nodes.some((node) => !node.external) && (
          <LaunchButton selection={title} label="Materialize all" size="xs" variant="light" />
        )}
        <ExportMenu title={title} draw={drawing.draw} />
      </Toolbar>
      {graph && graph.nodes.length > 0 && (
        <div className={styles.keys}>
          <Legend entries={legendOf(graph.nodes, colour, now)} only={only} choose={setOnly} />
          <Text size="sm" c="dimmed" aria-live="polite">
            {countOf(graph)}
          </Text>
        </div>
      )}
      <div className={styles.canvas} data-panel={focus !== undefined || undefined}>
        {picture === undefined ? (
          <Skeleton height="100%" />
        ) : picture.boxes.length === 0 ? (
          <Empty title="Nothing is selected" icon={IconBinaryTree2Filled}>
            No asset fits this selection. Clear it to see all of them, or add assets to the project.
          </Empty>
        ) : picture.boxes.length > MOST_BOXES ? (
          <TooMany count={picture.boxes.length} change={change} groups={groups} />
        ) : (
          <GraphView
            label={`${title}: ${picture.boxes.length} boxes`}
            picture={picture}
            columns={columns}
            chosenColumn={column}
            colouring={colour}
            only={only}
            focus={focus}
            open={open}
            leave={leave}
            fold={fold}
            onLayout={drawing.keep}
          />
        )}
        {focus !== undefined && (
          <AssetPanel
            assetKey={focus}
            column={column}
            chooseColumn={(name) => change({ column: name })}
            close={leave}
          />
        )}
      </div>
    </>
  );
}

/** The groups that are folded: as the address says, or so many that the graph can be read. */
function useFolded(graph: AssetGraph | undefined, { fold, focus }: LineageSearch): readonly string[] {
  const first = useRef(focus); // what comes into focus later unfolds nothing
  return useMemo(() => fold ?? (graph ? foldedAtFirst(graph, first.current) : []), [graph, fold]);
}

function countOf({ nodes, edges }: AssetGraph): string {
  return `${amount(nodes.length, "asset")}, ${amount(edges.length, "edge")}`;
}

function FoldAll({
  groups,
  folded,
  change,
}: {
  groups: string[];
  folded: readonly string[];
  change: (changed: LineageSearch) => void;
}) {
  const areAllFolded = groups.every((group) => folded.includes(group));
  return (
    <Button variant="default" size="xs" onClick={() => change({ fold: areAllFolded ? [] : groups })}>
      {areAllFolded ? "Unfold all groups" : "Fold all groups"}
    </Button>
  );
}

function TooMany({
  count,
  groups,
  change,
}: {
  count: number;
  groups: string[];
  change: (changed: LineageSearch) => void;
}) {
  return (
    <Empty title={`${number(count)} assets are too many to read`} icon={IconZoomExclamation}>
      Narrow the selection, fold groups, or look at everything from afar.
      <div style={{ display: "flex", gap: 8, justifyContent: "center", marginTop: 12 }}>
        <Button size="xs" onClick={() => change({ view: "overview" })}>
          Show the overview
        </Button>
        {groups.length > 1 && (
          <Button size="xs" variant="default" onClick={() => change({ fold: groups })}>
            Fold all groups
          </Button>
        )}
      </div>
    </Empty>
  );
}

function useLitColumns(focus: string | undefined, column: string | undefined) {
  const { data } = useQuery({
    ...columnsQuery(focus ?? ""),
    enabled: focus !== undefined && column !== undefined,
    placeholderData: keepPreviousData,
  });
  return useMemo(
    () =>
      focus !== undefined && column !== undefined && data?.asset === focus
        ? litBy(data.edges, focus, column)
        : NO_COLUMNS,
    [data, focus, column],
  );
}

type Drawing = {
  title: string;
  picture: ReturnType<typeof pictureOf> | undefined;
  columns: ReturnType<typeof litBy>;
  colour: NonNullable<LineageSearch["colour"]>;
  now: number;
};

/** Draws what is seen whenever somebody wants to take it away. */
function useDrawing({ title, picture, columns, colour, now }: Drawing) {
  const layout = useRef<Layout>(undefined);
  const colorOf = useColorOf();
  const keep = useCallback((found: Layout) => {
    layout.current = found;
  }, []);
  const paint = (box: Box) => {
    const [meaning] =
      box.kind === "asset" ? [meaningOf(box.asset, colour, now)] : legendOf(box.assets, colour, now);
    return { color: colorOf(meaning?.color ?? "gray"), label: meaning?.label ?? "" };
  };
  const draw = () =>
    picture && layout.current ? svgOf({ title, picture, layout: layout.current, columns, paint }) : undefined;
  return { keep, draw };
}
