import { useComputedColorScheme, useMantineTheme } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import type { Colouring } from "~/graph/colours";
import { meaningOf } from "~/graph/colours";
import styles from "~/graph/Graph.module.css";
import { inksOf, type Look } from "~/graph/overview/look";
import { paint, paintPointed } from "~/graph/overview/paint";
import { BOX, type Prepared } from "~/graph/overview/prepared";
import { usePointer } from "~/graph/overview/usePointer";
import { moved, type View, viewOf, zoomed } from "~/graph/overview/view";
import { ZoomButtons } from "~/graph/ZoomButtons";
import { amount } from "~/parts/amounts";
import { useNow } from "~/parts/useNow";

type Props = {
  prepared: Prepared;
  colouring: Colouring;
  only?: string | undefined;
  /** The keys that stand out; all, when it is left out. */
  selected?: ReadonlySet<string> | undefined;
  /** The group to show from near. */
  group?: string | undefined;
  open: (key: string) => void;
};

const STILL = 120; // milliseconds without a move, after which edges are painted again
const MANY_EDGES = 2000;
const STEP = 60; // pixels
const MOVES: Record<string, [number, number]> = {
  ArrowLeft: [STEP, 0],
  ArrowRight: [-STEP, 0],
  ArrowUp: [0, STEP],
  ArrowDown: [0, -STEP],
};

/** Everything at once: areas of groups with their assets, to be moved and looked at from near. */
export function OverviewCanvas({ prepared, colouring, only, selected, group, open }: Props) {
  const { overview } = prepared;
  const { ref: measure, width, height } = useElementSize();
  const base = useRef<HTMLCanvasElement>(null);
  const top = useRef<HTMLCanvasElement>(null);
  const size = useMemo(() => ({ width, height }), [width, height]);
  const whole = useMemo(() => ({ x: 0, y: 0, width: overview.width, height: overview.height }), [overview]);
  const [view, setView] = useState<View>();
  const seen = view ?? (width > 0 ? viewOf(whole, size) : undefined);
  const least = width > 0 ? viewOf(whole, size).scale / 2 : 0.1;
  const look = useLook(prepared, colouring, only, selected);
  const pointer = usePointer({ prepared, view: seen, setView, least, size, open });

  useEffect(() => {
    const area = overview.areas.find((each) => each.name === group);
    if (area && width > 0) setView(viewOf(area, { width, height }));
  }, [group, overview, width, height]);
  usePainting(base, prepared, seen, size, look);
  useEffect(() => {
    const context = contextOf(top.current, size);
    if (context && seen) paintPointed(context, prepared, seen, size, look.inks, pointer.pointed);
  }, [prepared, seen, size, look, pointer.pointed]);

  const zoom = (factor: number) => {
    if (seen) setView(zoomed(seen, factor, { x: width / 2, y: height / 2 }, least));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const move = MOVES[event.key];
    if (move && seen) setView(moved(seen, move[0], move[1]));
    else if (event.key === "+" || event.key === "=") zoom(1.4);
    else if (event.key === "-") zoom(1 / 1.4);
    else if (event.key === "0") setView(undefined);
    else return;
    event.preventDefault();
  };
  return (
    <div className={styles.frame} ref={measure} data-painted={seen !== undefined}>
      <canvas ref={base} className={styles.canvas} style={{ position: "absolute", inset: 0 }} aria-hidden />
      <canvas
        ref={useMergedRef(top, pointer.ref)}
        className={styles.canvas}
        style={{ position: "absolute", inset: 0 }}
        role="img"
        aria-label={`${amount(overview.keys.length, "asset")} in ${amount(overview.areas.length, "group")}`}
        tabIndex={0}
        data-over={pointer.pointed !== undefined || undefined}
        onKeyDown={onKeyDown}
        {...pointer.handlers}
      />
      {pointer.pointed !== undefined && seen && (
        <Tip prepared={prepared} number={pointer.pointed} view={seen} width={width} />
      )}
      <ZoomButtons closer={() => zoom(1.4)} farther={() => zoom(1 / 1.4)} fit={() => setView(undefined)} />
    </div>
  );
}

function Tip({
  prepared,
  number,
  view,
  width,
}: {
  prepared: Prepared;
  number: number;
  view: View;
  width: number;
}) {
  const { overview, assets } = prepared;
  const x = ((overview.x[number] ?? 0) - view.x) * view.scale;
  const y = ((overview.y[number] ?? 0) + BOX.height - view.y) * view.scale;
  const asset = assets[number];
  return (
    <div className={styles.tip} style={{ left: Math.max(4, Math.min(x, width - 260)), top: y + 8 }}>
      <b>{overview.keys[number]}</b>
      <br />
      {asset?.status ?? "external"} · {asset?.group}
    </div>
  );
}

function useLook(
  prepared: Prepared,
  colouring: Colouring,
  only: string | undefined,
  selected: ReadonlySet<string> | undefined,
): Look {
  const theme = useMantineTheme();
  const scheme = useComputedColorScheme("light");
  const now = useNow();
  return useMemo(() => {
    const meanings = prepared.assets.map((asset) => meaningOf(asset, colouring, now));
    const isStrong = (each: number) =>
      (only === undefined || meanings[each]?.label === only) &&
      (selected === undefined || selected.has(prepared.overview.keys[each] ?? ""));
    const strong =
      only === undefined && selected === undefined
        ? undefined
        : Uint8Array.from(meanings, (_, each) => (isStrong(each) ? 1 : 0));
    return { colors: meanings.map((each) => each.color), strong, inks: inksOf(theme, scheme) };
  }, [prepared, colouring, only, selected, theme, scheme, now]);
}

/** Paint whenever something has changed: at once without edges where these are many, and with them when all is still. */
function usePainting(
  canvas: React.RefObject<HTMLCanvasElement | null>,
  prepared: Prepared,
  view: View | undefined,
  size: { width: number; height: number },
  look: Look,
): void {
  const isFirst = useRef(true);
  useEffect(() => {
    const context = contextOf(canvas.current, size);
    if (!context || !view) return;
    const isLight = prepared.overview.sources.length < MANY_EDGES || isFirst.current;
    isFirst.current = false;
    const frame = requestAnimationFrame(() => paint(context, prepared, view, size, look, isLight));
    const later = isLight
      ? undefined
      : setTimeout(() => paint(context, prepared, view, size, look, true), STILL);
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(later);
    };
  }, [canvas, prepared, view, size, look]);
}

function contextOf(canvas: HTMLCanvasElement | null, size: { width: number; height: number }) {
  if (canvas === null || size.width === 0) return null;
  const density = window.devicePixelRatio || 1;
  const [width, height] = [Math.round(size.width * density), Math.round(size.height * density)];
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext("2d");
  context?.setTransform(density, 0, 0, density, 0, 0);
  return context;
}
