import { Group, Text } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { KINDS } from "~/features/policies/counts";
import styles from "~/features/policies/Policies.module.css";
import { ceiling, type Span, spans } from "~/features/policies/trend";
import type { PolicyPoint } from "~/features/policies/usePolicies";
import { number } from "~/parts/amounts";
import { dayOf } from "~/parts/times";

const HEIGHT = 240;
const ROOM = { left: 44, right: 12, top: 10, bottom: 24 };

/** Violations over days: how many of each kind, one above the other. */
export function TrendChart({ points, today }: { points: PolicyPoint[]; today: number }) {
  const { ref, width } = useElementSize();
  const drawn = spans(points, today);
  const top = ceiling(Math.max(...drawn.map(({ layers }) => layers.at(-1)?.high ?? 0)));
  const x = (share: number) => ROOM.left + share * Math.max(width - ROOM.left - ROOM.right, 0);
  const y = (count: number) => ROOM.top + (1 - count / top) * (HEIGHT - ROOM.top - ROOM.bottom);
  const shown = KINDS.filter(({ kind }) => points.some(({ counts }) => counts[kind] > 0));
  return (
    <div>
      <div ref={ref}>
        <svg
          className={styles.chart}
          viewBox={`0 0 ${Math.max(width, 1)} ${HEIGHT}`}
          shapeRendering="crispEdges"
          role="img"
          aria-label={`Violations from ${points[0]?.day} to ${points.at(-1)?.day}`}
        >
          {[0, top / 2, top].filter(Number.isInteger).map((each) => (
            <g key={each}>
              <line className={styles.grid} x1={x(0)} x2={x(1)} y1={y(each)} y2={y(each)} />
              <text className={styles.axis} x={ROOM.left - 8} y={y(each) + 4} textAnchor="end">
                {number(each)}
              </text>
            </g>
          ))}
          {drawn.map((span) => (
            <Column key={span.point.day} span={span} x={x} y={y} />
          ))}
          <text className={styles.axis} x={x(0)} y={HEIGHT - 6}>
            {points[0] && dayOf(points[0].day, "UTC")}
          </text>
          <text className={styles.axis} x={x(1)} y={HEIGHT - 6} textAnchor="end">
            today
          </text>
        </svg>
      </div>
      <Group gap="md" mt="xs" aria-hidden>
        {shown.map(({ kind, label, color }) => (
          <Group key={kind} gap={6}>
            <span style={{ width: 10, height: 10, borderRadius: 2, background: fill(color) }} />
            <Text size="xs" c="dimmed">
              {label}
            </Text>
          </Group>
        ))}
      </Group>
    </div>
  );
}

type ColumnProps = { span: Span; x: (share: number) => number; y: (count: number) => number };

function Column({ span: { point, from, to, layers }, x, y }: ColumnProps) {
  const said = KINDS.filter(({ kind }) => point.counts[kind] > 0).map(
    ({ kind, label }) => `${number(point.counts[kind])} ${label.toLowerCase()}`,
  );
  return (
    <g>
      <title>{`${dayOf(point.day, "UTC")}: ${said.join(", ") || "no violations"}`}</title>
      <rect
        x={x(from)}
        y={y(layers.at(-1)?.high ?? 0)}
        width={Math.max(x(to) - x(from), 0)}
        height={HEIGHT}
        fill="none"
      />
      {layers
        .filter(({ low, high }) => high > low)
        .map(({ kind, low, high }) => (
          <rect
            key={kind}
            x={x(from)}
            y={y(high)}
            width={Math.max(x(to) - x(from), 0)}
            height={Math.max(y(low) - y(high), 0)}
            fill={fill(KINDS.find((each) => each.kind === kind)?.color ?? "gray")}
          />
        ))}
    </g>
  );
}

function fill(color: string): string {
  return `color-mix(in srgb, var(--mantine-color-${color}-filled) 72%, var(--mantine-color-body))`;
}
