import { Link } from "@tanstack/react-router";
import styles from "~/features/runs/Latest.module.css";
import type { Run } from "~/features/runs/useRuns";
import { selectionWords } from "~/parts/selections";
import { STATUS_LOOKS } from "~/parts/status";
import { duration, secondsOf } from "~/parts/times";
import { useNow } from "~/parts/useNow";

const MOST = 50;
const FEWEST = 3; // below that there is nothing to compare

/** How long the last runs took, and how they ended, from the oldest to the newest. */
export function Latest({ runs }: { runs: Run[] }) {
  const now = useNow();
  const shown = runs.slice(0, MOST).reverse();
  if (shown.length < FEWEST) return null;
  const longest = Math.max(0.001, ...shown.map((each) => secondsOf(each, now) ?? 0));
  return (
    <ul className={styles.strip} aria-label="How long the last runs took, from the oldest to the newest">
      {shown.map((each) => (
        <li key={each.id}>
          <Bar run={each} seconds={secondsOf(each, now)} longest={longest} />
        </li>
      ))}
    </ul>
  );
}

function Bar({ run, seconds, longest }: { run: Run; seconds: number | null; longest: number }) {
  const { id, status, selection } = run;
  const words = `${selectionWords(selection)}: ${status}${seconds === null ? "" : `, ${duration(seconds)}`}`;
  return (
    <Link
      to="/runs/$id"
      params={{ id }}
      className={styles.bar}
      style={{
        height: `${(100 * (seconds ?? 0)) / longest}%`,
        background: `var(--mantine-color-${STATUS_LOOKS[status].color}-6)`,
      }}
      title={words}
      aria-label={words}
    />
  );
}
