import { Group, Text } from "@mantine/core";
import { IconHeartHandshake, IconHistory } from "@tabler/icons-react";
import styles from "~/features/policies/Policies.module.css";
import { SeverityBadge } from "~/features/policies/SeverityBadge";
import type { PolicyVerdict } from "~/features/policies/usePolicies";
import { AssetLink } from "~/parts/AssetLink";
import { TextLink } from "~/parts/links";
import { Place } from "~/parts/Place";
import { SEVERITY_LOOKS } from "~/parts/status";

/** A violation: what violates which policy, how to mend it, and who answers for it. */
export function VerdictItem({ verdict }: { verdict: PolicyVerdict }) {
  const { severity, message, why, fix, excuse } = verdict;
  const color = excuse === null ? SEVERITY_LOOKS[severity].color : "gray";
  return (
    <li className={styles.item} style={{ "--item-color": `var(--mantine-color-${color}-filled)` } as object}>
      <Group gap={8} wrap="nowrap" align="flex-start" justify="space-between">
        <Text size="sm" fw={550}>
          {message}
        </Text>
        <SeverityBadge severity={severity} />
      </Group>
      {why && (
        <Text size="sm" c="dimmed" style={{ whiteSpace: "pre-wrap" }}>
          {why}
        </Text>
      )}
      {fix && (
        <Text size="sm" style={{ whiteSpace: "pre-wrap" }}>
          <b>Fix:</b> {fix}
        </Text>
      )}
      <Facts verdict={verdict} />
      {excuse !== null && <Excuse excuse={excuse} />}
    </li>
  );
}

function Facts({
  verdict: { policy, target, name, owners, component, place, docs, fix },
}: {
  verdict: PolicyVerdict;
}) {
  return (
    <div className={styles.facts}>
      {target === "asset" ? (
        <AssetLink assetKey={name} size="xs" />
      ) : (
        <span>
          {target} {name}
        </span>
      )}
      <span>
        policy{" "}
        <TextLink size="xs" underline="always" to="/policies" search={{ tab: "rules", policy }}>
          {policy}
        </TextLink>
      </span>
      <span>{owners.length > 0 ? owners.join(", ") : "no owner"}</span>
      {component !== null && (
        <span>
          in{" "}
          <TextLink size="xs" underline="always" to="/components" search={{ address: component }}>
            {component}
          </TextLink>
        </span>
      )}
      {docs !== null && !fix.includes(docs) && (
        <a
          href={docs}
          target="_blank"
          rel="noreferrer noopener"
          style={{ color: "var(--mantine-color-anchor)" }}
        >
          more about it
        </a>
      )}
      <Place file={place.file} line={place.line} />
    </div>
  );
}

function Excuse({ excuse: { kind, reason, owner } }: { excuse: NonNullable<PolicyVerdict["excuse"]> }) {
  const Icon = kind === "waiver" ? IconHeartHandshake : IconHistory;
  return (
    <Group className={styles.excuse} gap={8} wrap="nowrap">
      <Icon size={16} aria-hidden style={{ flexShrink: 0 }} />
      <span>
        {kind === "waiver" ? (
          <>
            Waived by {owner}: {reason}
          </>
        ) : (
          "In the baseline: it was there before"
        )}
      </span>
    </Group>
  );
}
