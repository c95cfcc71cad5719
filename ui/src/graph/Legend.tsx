import { Text, UnstyledButton } from "@mantine/core";
import type { Meaning } from "~/graph/colours";
import styles from "~/graph/Graph.module.css";
import { number } from "~/parts/amounts";

type Props = {
  entries: (Meaning & { count: number })[];
  /** Which of them alone is shown strongly; none when all are. */
  only?: string | undefined;
  choose?: (label: string | undefined) => void;
};

const MOST = 14;

/** What the colours stand for, and how often each is there; one that is pressed makes the others step back. */
export function Legend({ entries, only, choose }: Props) {
  return (
    <fieldset
      className={styles.legend}
      aria-label="What the colours stand for"
      style={{ border: 0, padding: 0, margin: 0 }}
    >
      {entries.slice(0, MOST).map(({ label, color, count }) => (
        <UnstyledButton
          key={label}
          className={styles.legendEntry}
          data-off={(only !== undefined && only !== label) || undefined}
          aria-pressed={only === label}
          onClick={() => choose?.(only === label ? undefined : label)}
        >
          <span className={styles.swatch} style={{ background: `var(--mantine-color-${color}-6)` }} />
          {label}
          <Text span size="xs" c="dimmed">
            {number(count)}
          </Text>
        </UnstyledButton>
      ))}
      {entries.length > MOST && (
        <Text size="xs" c="dimmed" className={styles.legendEntry}>
          and {entries.length - MOST} more
        </Text>
      )}
    </fieldset>
  );
}
