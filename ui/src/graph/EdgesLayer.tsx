import { ViewportPortal } from "@xyflow/react";
import { memo } from "react";
import { columnPaths, type LitColumns } from "~/graph/columns";
import styles from "~/graph/Graph.module.css";
import { type Layout, pathOf } from "~/graph/layout";
import type { Picture } from "~/graph/model";

type Props = { picture: Picture; layout: Layout; columns: LitColumns; here: string | undefined };

/** The edges: those of the asset in focus stand out, those between chosen columns are on top. */
export const EdgesLayer = memo(function EdgesLayer({ picture, layout, columns, here }: Props) {
  const areColumnsLit = columns.edges.length > 0;
  return (
    <ViewportPortal>
      <svg className={styles.edges} width={1} height={1} aria-hidden>
        <defs>
          <marker
            id="treadle-arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path d="M0 0.5 L8 4 L0 7.5 z" fill="var(--mantine-color-gray-5)" />
          </marker>
        </defs>
        {picture.lines.map((line) => (
          <path
            key={line.id}
            className={styles.edge}
            d={pathOf(layout.routes.get(line.id) ?? [])}
            data-near={(!areColumnsLit && (line.from === here || line.to === here)) || undefined}
            data-dim={areColumnsLit || undefined}
            markerEnd="url(#treadle-arrow)"
          />
        ))}
        {columnPaths(columns, layout).map(({ id, path }) => (
          <path key={id} className={styles.columnEdge} d={path} />
        ))}
      </svg>
    </ViewportPortal>
  );
});
