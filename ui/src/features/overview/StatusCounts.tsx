import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { facetsQuery } from "~/api/assets";
import styles from "~/features/overview/Overview.module.css";
import { number } from "~/parts/amounts";
import { type AssetStatus, STATUS_LOOKS } from "~/parts/status";
import { Wrong } from "~/parts/Wrong";

const ORDER: AssetStatus[] = ["failed", "overdue", "stale", "missing", "partial", "fresh"];

/** How many assets stand how; each number leads to them. */
export function StatusCounts() {
  const { data, error, refetch } = useQuery(facetsQuery);
  if (error !== null) return <Wrong error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Skeleton height={92} />;
  const counts = new Map(data.status.map(({ value, count }) => [value, count]));
  const parts = ORDER.map((status) => ({ status, count: counts.get(status) ?? 0 }));
  return (
    <section aria-label="Assets by status">
      <div className={styles.counts}>
        {parts.map(({ status, count }) => (
          <Count key={status} status={status} count={count} />
        ))}
      </div>
      <div className={styles.bar} aria-hidden>
        {parts
          .filter(({ count }) => count > 0)
          .map(({ status, count }) => (
            <div
              key={status}
              style={{
                flex: `${count} 0 4px`,
                background: `var(--mantine-color-${STATUS_LOOKS[status].color}-5)`,
              }}
            />
          ))}
      </div>
    </section>
  );
}

function Count({ status, count }: { status: AssetStatus; count: number }) {
  const { icon: Icon, color, means } = STATUS_LOOKS[status];
  return (
    <Link
      to="/assets"
      search={{ status: [status] }}
      className={styles.count}
      data-none={count === 0 || undefined}
      title={means}
    >
      <div className={styles.number}>{number(count)}</div>
      <div className={styles.name}>
        <Icon size={15} aria-hidden color={`var(--mantine-color-${color}-text)`} />
        {status}
      </div>
    </Link>
  );
}
