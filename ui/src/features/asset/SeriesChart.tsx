import { Group, Text } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { type KeyboardEvent, type PointerEvent, useState } from "react";
import styles from "~/features/asset/Asset.module.css";
import { axisOf, type Box, type Drawn, drawn, nearest } from "~/features/asset/chart";
import type { Series } from "~/features/asset/useAsset";
import { figure, shortFigure } from "~/parts/figures";
import { dayOf, exactTime } from "~/parts/times";

const HEIGHT = 150;
const MOST_DOTS = 60;
type Props = { series: Series; by: "time" | "partition" };
type Point = Series["points"][number];

/** A number as it changed; the arrow keys walk along it. */
export function SeriesChart({ series: { name, points }, by }: Props) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const [at, setAt] = useState<number>();
  const values = points.map(({ value }) => value);
  const marks = axisOf(values);
  const box = { width: Math.max(width, 120), height: HEIGHT, left: 52, right: 10, top: 8, bottom: 22 };
  const places = points.map((point, index) => (by === "time" ? Date.parse(point.at) : index));
  const spots = drawn(values, places, marks, box);
  const shown = points[at ?? points.length - 1];
  const last = points.length - 1;

  const walk = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    setAt((before) => Math.min(Math.max((before ?? last) + step, 0), last));
  };
  const point = (event: PointerEvent<SVGSVGElement>) =>
    setAt(nearest(spots, event.clientX - event.currentTarget.getBoundingClientRect().left));

  return (
    <figure style={{ margin: 0, minWidth: 0 }}>
      <Group component="figcaption" justify="space-between" wrap="nowrap" gap="xs" mb={2}>
        <Text size="sm" fw={600} truncate title={name}>
          {name}
        </Text>
        <Text size="sm" style={{ whiteSpace: "nowrap" }} aria-live="polite">
          {shown && figure(name, shown.value)}{" "}
          <Text span size="xs" c="dimmed">
            {shown && placeOf(shown, by)}
          </Text>
        </Text>
      </Group>
      <div ref={ref}>
        {width > 0 && (
          <svg
            className={styles.chart}
            width={box.width}
            height={HEIGHT}
            role="img"
            aria-label={`${name}: ${points.length} values, from ${figure(name, Math.min(...values))} to ${figure(name, Math.max(...values))}, ${figure(name, values[last] ?? 0)} at last`}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys walk along its points
            tabIndex={0}
            onKeyDown={walk}
            onPointerMove={point}
            onPointerLeave={() => setAt(undefined)}
            onBlur={() => setAt(undefined)}
          >
            {marks.map((mark, index) => (
              <Mark
                key={mark}
                text={shortFigure(name, mark)}
                y={heightOf(index, marks.length, box)}
                box={box}
              />
            ))}
            <Line spots={spots} at={at} />
            <Ends points={points} by={by} box={box} />
          </svg>
        )}
      </div>
    </figure>
  );
}

function heightOf(index: number, count: number, box: Box): number {
  return box.height - box.bottom - (index / (count - 1)) * (box.height - box.top - box.bottom);
}

function Mark({ text, y, box }: { text: string; y: number; box: Box }) {
  return (
    <>
      <line className={styles.grid} x1={box.left} x2={box.width - box.right} y1={y} y2={y} />
      <text className={styles.axis} x={box.left - 8} y={y + 4} textAnchor="end">
        {text}
      </text>
    </>
  );
}

function Line({ spots, at }: { spots: Drawn; at: number | undefined }) {
  const pointed = at === undefined ? undefined : spots[at];
  return (
    <g stroke="var(--mantine-primary-color-filled)" fill="var(--mantine-primary-color-filled)">
      <polyline
        points={spots.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ")}
        fill="none"
        strokeWidth={1.8}
        strokeLinejoin="round"
      />
      {spots.length <= MOST_DOTS &&
        spots.map(({ x, y }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: points have nothing but their place
          <circle key={index} cx={x} cy={y} r={2.4} stroke="none" />
        ))}
      {pointed && (
        <circle cx={pointed.x} cy={pointed.y} r={5} stroke="var(--mantine-color-body)" strokeWidth={2} />
      )}
    </g>
  );
}

function Ends({ points, by, box }: { points: Point[]; by: Props["by"]; box: Box }) {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return null;
  const y = box.height - 5;
  return (
    <>
      <text className={styles.axis} x={box.left} y={y}>
        {shortPlaceOf(first, by)}
      </text>
      <text className={styles.axis} x={box.width - box.right} y={y} textAnchor="end">
        {shortPlaceOf(last, by)}
      </text>
    </>
  );
}

function placeOf(point: Point, by: Props["by"]): string {
  return by === "partition" ? (point.partition ?? "") : exactTime(point.at).replace(/^\w+, /, "");
}

function shortPlaceOf(point: Point, by: Props["by"]): string {
  if (by === "partition") return point.partition ?? "";
  return dayOf(point.at);
}
