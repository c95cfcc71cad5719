import { Group, Text } from "@mantine/core";
import { getRouteApi, Link } from "@tanstack/react-router";
import { KINDS, type Kind } from "~/features/policies/counts";
import styles from "~/features/policies/Policies.module.css";
import type { PoliciesSearch } from "~/features/policies/routes";
import type { PolicyCounts } from "~/features/policies/usePolicies";
import { number } from "~/parts/amounts";

const LEADS_TO: Record<Kind, PoliciesSearch> = {
  deny: { severity: "deny" },
  warn: { severity: "warn" },
  audit: { severity: "audit" },
  waived: { tab: "waivers" },
  baseline: { excused: "only" },
};

/** How many violations there are of each kind; each number leads to them. */
export function CountCards({ counts }: { counts: PolicyCounts }) {
  const search = getRouteApi("/policies").useSearch();
  return (
    <div className={styles.cards}>
      {KINDS.map(({ kind, label, means, color }) => (
        <Link
          key={kind}
          to="/policies"
          search={LEADS_TO[kind]}
          className={styles.card}
          data-chosen={JSON.stringify(search) === JSON.stringify(LEADS_TO[kind])}
          title={means}
        >
          <Group gap={8} wrap="nowrap">
            <span
              aria-hidden
              style={{
                width: 8,
                height: 8,
                borderRadius: 4,
                background: `var(--mantine-color-${color}-filled)`,
              }}
            />
            <Text size="sm" c="dimmed" truncate>
              {label}
            </Text>
          </Group>
          <div className={styles.count} data-none={counts[kind] === 0}>
            {number(counts[kind])}
          </div>
        </Link>
      ))}
    </div>
  );
}
