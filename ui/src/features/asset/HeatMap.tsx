import { UnstyledButton } from "@mantine/core";
import type { KeyboardEvent } from "react";
import styles from "~/features/asset/HeatMap.module.css";
import type { HeatMapLayout } from "~/features/asset/heatmap";
import type { Partition } from "~/features/asset/useAsset";

type Props = { layout: HeatMapLayout; chosen: string | undefined; choose: (key: string) => void };

const STEPS: Record<string, [down: number, right: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Partitions as coloured cells; the arrow keys walk through them. */
export function HeatMap({ layout: { rows, columns, rowTitle }, chosen, choose }: Props) {
  const first = chosen ?? rows.flatMap(({ cells }) => cells).findLast((each) => each !== null)?.key;
  const width = Math.max(...rows.map(({ cells }) => cells.length));
  const labels = new Map(columns.map(({ at, label }) => [at, label]));
  return (
    <div className={styles.scroll}>
      <table className={styles.table} onKeyDown={walk} aria-label="Partitions">
        {columns.length > 0 && (
          <thead>
            <tr>
              {rowTitle === "" ? <td /> : <th scope="col">{rowTitle}</th>}
              {Array.from({ length: width }, (_, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns have nothing but their place
                <td key={at} style={{ position: "relative", height: 15 }}>
                  {labels.has(at) && <span className={styles.label}>{labels.get(at)}</span>}
                </td>
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          {rows.map(({ label, cells }, down) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: some rows have no label
            <tr key={`${label} ${down}`}>
              {label === "" ? <td /> : <th scope="row">{label}</th>}
              {cells.map((cell, right) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: cells have nothing but their place
                <td key={right}>
                  {cell !== null && (
                    <button
                      type="button"
                      className={styles.cell}
                      data-status={cell.status}
                      data-place={`${down} ${right}`}
                      aria-pressed={cell.key === chosen}
                      aria-label={`${cell.key}: ${cell.status}`}
                      title={`${cell.key}: ${cell.status}`}
                      tabIndex={cell.key === first ? 0 : -1}
                      onClick={() => choose(cell.key)}
                    />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = STEPS[event.key];
  const place = (event.target as HTMLElement).dataset.place?.split(" ").map(Number);
  if (step === undefined || place === undefined) return;
  event.preventDefault();
  const [down = 0, right = 0] = place;
  const next = event.currentTarget.querySelector<HTMLElement>(
    `[data-place="${down + step[0]} ${right + step[1]}"]`,
  );
  next?.focus();
}

/** Partitions with names that say something: fixed or dynamic keys. */
export function NamedPartitions({ items, chosen, choose }: Omit<Props, "layout"> & { items: Partition[] }) {
  return (
    <ul className={styles.named} aria-label="Partitions">
      {items.map(({ key, status }) => (
        <li key={key}>
          <UnstyledButton
            className={styles.chip}
            aria-pressed={key === chosen}
            aria-label={`${key}: ${status}`}
            title={status}
            onClick={() => choose(key)}
          >
            <span className={`${styles.cell} ${styles.sample}`} data-status={status} />
            <span className={styles.key}>{key}</span>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}
