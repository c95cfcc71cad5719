import "@xyflow/react/dist/base.css";
import { Loader, VisuallyHidden } from "@mantine/core";
import { MiniMap, ReactFlow, ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { useEffect, useId, useMemo, useRef } from "react";
import { Card, type CardData, Frame, type GraphNode } from "~/graph/cards";
import { type Colouring, meaningOf } from "~/graph/colours";
import type { LitColumns } from "~/graph/columns";
import { EdgesLayer } from "~/graph/EdgesLayer";
import styles from "~/graph/Graph.module.css";
import type { Layout } from "~/graph/layout";
import type { Box, Picture } from "~/graph/model";
import { useLayout } from "~/graph/useLayout";
import { LEAST_ZOOM, useShown } from "~/graph/useShown";
import { spoken, useWalk } from "~/graph/useWalk";
import { ZoomButtons } from "~/graph/ZoomButtons";
import { useNow } from "~/parts/useNow";

export type GraphViewProps = {
  label: string;
  picture: Picture;
  columns: LitColumns;
  chosenColumn?: string | undefined;
  colouring: Colouring;
  /** What the legend was asked to show alone. */
  only?: string | undefined;
  focus?: string | undefined;
  open: (key: string) => void;
  leave?: () => void;
  fold?: (group: string) => void;
  /** Whether it is a part of a page that scrolls: then wheels are for the page, and there is no minimap. */
  isEmbedded?: boolean;
  /** Is told where everything is, for pictures to take away. */
  onLayout?: (layout: Layout) => void;
};

const NODE_TYPES = { card: Card, frame: Frame };

/** A graph that a person reads: cards in frames, to be walked with the mouse and the keyboard. */
export function GraphView(props: GraphViewProps) {
  return (
    <ReactFlowProvider>
      <Graph {...props} />
    </ReactFlowProvider>
  );
}

function Graph(props: GraphViewProps) {
  const { picture, columns, focus, open, leave, fold, label, isEmbedded = false, onLayout } = props;
  const flow = useReactFlow();
  const hint = useId();
  const frame = useRef<HTMLDivElement>(null);
  const { data: layout, isFetching } = useLayout(picture, columns);
  const openBox = (box: Box) => (box.kind === "asset" ? open(box.asset.key) : fold?.(box.group));
  const { showAll, show } = useShown(layout, focus, frame);
  const walk = useWalk(picture, layout, {
    open: openBox,
    leave: () => leave?.(),
    closer: () => void flow.zoomIn(),
    farther: () => void flow.zoomOut(),
    fit: showAll,
    show,
  });
  const { cursor, setCursor, onKeyDown } = walk;
  useEffect(() => setCursor(focus), [focus, setCursor]);
  useEffect(() => {
    if (layout) onLayout?.(layout);
  }, [layout, onLayout]);
  const nodes = useNodes(props, layout, cursor);

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset isn't for graphs
    <div
      ref={frame}
      className={styles.frame}
      role="group"
      aria-label={label}
      aria-describedby={hint}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is walked with the arrow keys
      tabIndex={0}
      onKeyDown={onKeyDown}
      data-laid-out={layout !== undefined && !isFetching}
    >
      <VisuallyHidden id={hint}>
        Arrow keys go along edges, Enter opens, plus, minus and 0 zoom.
      </VisuallyHidden>
      <VisuallyHidden aria-live="polite">{spoken(picture, cursor)}</VisuallyHidden>
      {layout && (
        <ReactFlow<GraphNode>
          nodes={nodes}
          nodeTypes={NODE_TYPES}
          onNodeClick={(_, node) => {
            if (node.type === "card") openBox(node.data.box);
          }}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          elementsSelectable={false}
          onlyRenderVisibleElements
          minZoom={LEAST_ZOOM}
          maxZoom={2}
          zoomOnDoubleClick={false}
          zoomOnScroll={!isEmbedded}
          preventScrolling={!isEmbedded}
          deleteKeyCode={null}
          selectionKeyCode={null}
          multiSelectionKeyCode={null}
          panActivationKeyCode={null}
          zoomActivationKeyCode={null}
          disableKeyboardA11y
          proOptions={{ hideAttribution: true }}
        >
          <EdgesLayer picture={picture} layout={layout} columns={columns} here={cursor} />
          {!isEmbedded && picture.boxes.length > 6 && <Overview {...props} />}
        </ReactFlow>
      )}
      {isFetching && <Loader size="sm" className={styles.busy} role="status" aria-label="Laying out" />}
      <ZoomButtons closer={() => void flow.zoomIn()} farther={() => void flow.zoomOut()} fit={showAll} />
    </div>
  );
}

function Overview({ colouring }: GraphViewProps) {
  const now = useNow();
  const colour = (node: GraphNode) => {
    if (node.type === "frame") return "transparent";
    const { box } = node.data;
    const asset = box.kind === "asset" ? box.asset : box.assets[0];
    return asset ? `var(--mantine-color-${meaningOf(asset, colouring, now).color}-6)` : "gray";
  };
  return (
    <MiniMap<GraphNode>
      className={styles.minimap}
      nodeColor={colour}
      nodeStrokeWidth={0}
      pannable
      zoomable
      ariaLabel="Minimap"
      bgColor="var(--mantine-color-body)"
      maskColor="color-mix(in srgb, var(--mantine-color-gray-5) 25%, transparent)"
      style={{ width: 160, height: 100 }}
    />
  );
}

function useNodes(
  props: GraphViewProps,
  layout: Layout | undefined,
  cursor: string | undefined,
): GraphNode[] {
  const { picture, columns, chosenColumn, colouring, only, focus, fold } = props;
  const now = useNow();
  return useMemo(() => {
    if (layout === undefined) return [];
    const frames = picture.frames.flatMap(({ id, group }) => placed(layout, id, "frame", { group, fold }));
    const cards = picture.boxes.flatMap((box) => {
      const names = columns.rows.get(box.id) ?? [];
      const data: CardData = {
        box,
        colouring,
        now,
        columns: names,
        chosenColumn: box.id === focus ? chosenColumn : undefined,
        isHere: box.id === cursor,
        isDim: (columns.edges.length > 0 && names.length === 0) || !isShown(box, colouring, only, now),
      };
      return placed(layout, box.id, "card", data);
    });
    return [...frames, ...cards] as GraphNode[];
  }, [picture, layout, columns, chosenColumn, colouring, only, focus, fold, cursor, now]);
}

function isShown(box: Box, colouring: Colouring, only: string | undefined, now: number): boolean {
  if (only === undefined) return true;
  const assets = box.kind === "asset" ? [box.asset] : box.assets;
  return assets.some((asset) => meaningOf(asset, colouring, now).label === only);
}

function placed<Data>(layout: Layout, id: string, type: string, data: Data) {
  const place = layout.places.get(id);
  if (place === undefined) return []; // it is on its way
  const { x, y, width, height } = place;
  return [{ id, type, position: { x, y }, width, height, data, zIndex: type === "card" ? 1 : 0 }];
}
