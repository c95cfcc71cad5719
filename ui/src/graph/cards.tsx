import { UnstyledButton } from "@mantine/core";
import { IconBan, IconChevronDown, IconChevronRight, IconShieldCheck, IconWorld } from "@tabler/icons-react";
import type { Node, NodeProps } from "@xyflow/react";
import { memo } from "react";
import { type Colouring, legendOf, meaningOf } from "~/graph/colours";
import styles from "~/graph/Graph.module.css";
import type { AssetNode, Box } from "~/graph/model";
import { splitKey } from "~/graph/model";
import { STATUS_LOOKS } from "~/parts/status";
import { relativeTime } from "~/parts/times";

export type CardData = {
  box: Box;
  colouring: Colouring;
  now: number;
  columns: readonly string[];
  chosenColumn?: string | undefined;
  isHere: boolean;
  isDim: boolean;
};
export type FrameData = { group: string; fold: ((group: string) => void) | undefined };
export type GraphNode = Node<CardData, "card"> | Node<FrameData, "frame">;

/** The box of an asset, or of a group that is folded. */
export const Card = memo(function Card({ data }: NodeProps<Node<CardData, "card">>) {
  const { box, isHere, isDim } = data;
  const isExternal = box.kind === "asset" && box.asset.external;
  return (
    <div
      className={styles.card}
      data-asset={box.kind === "asset" ? box.asset.key : undefined}
      data-group={box.kind === "group" ? box.group : undefined}
      data-here={isHere || undefined}
      data-dim={isDim || undefined}
      data-external={isExternal || undefined}
    >
      {box.kind === "asset" ? (
        <AssetFace data={data} asset={box.asset} />
      ) : (
        <GroupFace data={data} box={box} />
      )}
    </div>
  );
});

function AssetFace({ data, asset }: { data: CardData; asset: AssetNode }) {
  const { colouring, now, columns, chosenColumn } = data;
  const { prefix, name } = splitKey(asset.key);
  const meaning = meaningOf(asset, colouring, now);
  return (
    <>
      <div className={styles.bar} style={{ background: `var(--mantine-color-${meaning.color}-6)` }} />
      <div className={styles.head} title={asset.key}>
        <StatusIcon asset={asset} />
        <span className={styles.name}>{name}</span>
        {asset.blocked && (
          <IconBan size={14} color="var(--mantine-color-red-6)" aria-label="blocked by a broken component" />
        )}
      </div>
      <div className={styles.about}>
        <span>{prefix || (asset.kinds.length === 0 ? asset.group : "")}</span>
        <span>{factOf(asset, colouring, now)}</span>
        {asset.checks > 0 && (
          <span
            title={`${asset.checks} ${asset.checks === 1 ? "check" : "checks"}`}
            style={{ display: "flex", gap: 2 }}
          >
            <IconShieldCheck size={13} stroke={1.6} aria-hidden /> {asset.checks}
          </span>
        )}
      </div>
      {columns.length > 0 && (
        <div className={styles.rows}>
          {columns.map((column) => (
            <div key={column} className={styles.row} data-here={column === chosenColumn || undefined}>
              {column}
            </div>
          ))}
        </div>
      )}
    </>
  );
}

/** What the second line says: with colours that tell something else than the status, what they tell. */
function factOf(asset: AssetNode, colouring: Colouring, now: number): string {
  if (colouring === "status") return asset.kinds.slice(0, 2).join(" · ");
  if (colouring === "freshness" && asset.materialized_at !== null)
    return relativeTime(asset.materialized_at, now);
  return meaningOf(asset, colouring, now).label;
}

function StatusIcon({ asset }: { asset: AssetNode }) {
  if (asset.status === null)
    return <IconWorld size={16} stroke={1.6} color="var(--mantine-color-dimmed)" aria-label="external" />;
  const { icon: Icon, color } = STATUS_LOOKS[asset.status];
  return (
    <Icon
      size={16}
      stroke={1.8}
      color={`var(--mantine-color-${color}-6)`}
      style={{ flexShrink: 0 }}
      aria-label={asset.status}
    />
  );
}

function GroupFace({ data, box }: { data: CardData; box: Extract<Box, { kind: "group" }> }) {
  const legend = legendOf(box.assets, data.colouring, data.now);
  const [most] = legend;
  return (
    <>
      <div className={styles.bar} style={{ background: `var(--mantine-color-${most?.color ?? "gray"}-6)` }} />
      <div className={styles.head} title={`${box.group}: unfold`}>
        <IconChevronRight size={16} stroke={1.8} style={{ flexShrink: 0 }} aria-hidden />
        <span className={styles.name}>{box.group}</span>
      </div>
      <div className={styles.about}>
        <span>
          {box.assets.length} {box.assets.length === 1 ? "asset" : "assets"}
          {data.colouring !== "group" &&
            ` · ${legend
              .slice(0, 2)
              .map((each) => `${each.count} ${each.label}`)
              .join(", ")}`}
        </span>
      </div>
    </>
  );
}

/** What is around the assets of a group; its name folds it. */
export const Frame = memo(function Frame({ data: { group, fold } }: NodeProps<Node<FrameData, "frame">>) {
  if (fold === undefined)
    return (
      <div className={styles.group}>
        <div className={styles.groupName}>
          <span>{group}</span>
        </div>
      </div>
    );
  return (
    <div className={styles.group}>
      <UnstyledButton
        className={`${styles.groupName} nopan`}
        onClick={() => fold(group)}
        aria-label={`Fold ${group}`}
        style={{ pointerEvents: "all" }}
      >
        <IconChevronDown size={14} aria-hidden />
        <span>{group}</span>
      </UnstyledButton>
    </div>
  );
});
