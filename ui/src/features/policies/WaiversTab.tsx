import { Badge, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconHeartHandshake } from "@tabler/icons-react";
import styles from "~/features/policies/Policies.module.css";
import { type PolicyWaiver, useWaivers } from "~/features/policies/usePolicies";
import { amount } from "~/parts/amounts";
import { Empty } from "~/parts/Empty";
import { TextLink } from "~/parts/links";
import { Place } from "~/parts/Place";
import { relativeTime } from "~/parts/times";
import { useNow } from "~/parts/useNow";
import { Wrong } from "~/parts/Wrong";

const LOOKS: Record<PolicyWaiver["state"], { color: string; label: string }> = {
  holds: { color: "blue", label: "holds" },
  expires_soon: { color: "orange", label: "expires soon" },
  expired: { color: "red", label: "expired" },
  unused: { color: "gray", label: "excuses nothing" },
};

/** What may break a policy until a day, who answers for that, and what it excuses. */
export function WaiversTab() {
  const { data, error, refetch } = useWaivers();
  if (error) return <Wrong error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Skeleton height={160} radius="md" />;
  if (data.items.length === 0) {
    return (
      <Empty title="Nothing is waived" icon={IconHeartHandshake}>
        A waiver in <code>waivers.yaml</code>, beside <code>pyproject.toml</code>, excuses a violation until a
        day: it says who answers for it, and why.
      </Empty>
    );
  }
  return (
    <ul className={styles.list}>
      {data.items.map((each) => (
        <Waiver key={`${each.place.file}:${each.place.line} ${each.policy}`} waiver={each} />
      ))}
    </ul>
  );
}

function Waiver({
  waiver: { policy, names, owner, reason, expires, state, excuses, place },
}: {
  waiver: PolicyWaiver;
}) {
  const now = useNow();
  const { color, label } = LOOKS[state];
  // The whole of its last day belongs to it.
  const end = `${expires}T23:59:59Z`;
  return (
    <li className={styles.item} style={{ "--item-color": `var(--mantine-color-${color}-filled)` } as object}>
      <Group gap={8} wrap="nowrap" align="flex-start" justify="space-between">
        <Text size="sm" fw={550} component="div">
          {names.join(", ")} may break{" "}
          <TextLink to="/policies" search={{ tab: "rules", policy }} fw={550} underline="always">
            {policy}
          </TextLink>
        </Text>
        <Badge color={color} variant="light" radius="sm" size="sm" tt="none" style={{ flexShrink: 0 }}>
          {label}
        </Badge>
      </Group>
      <Text size="sm">{reason}</Text>
      <div className={styles.facts}>
        <span>{owner} answers for it</span>
        <span title={`${expires}, in UTC`}>
          until {expires} ({relativeTime(end, now)})
        </span>
        <Place file={place.file} line={place.line} />
      </div>
      {excuses.length > 0 && (
        <Stack gap={2} className={styles.excuse}>
          <Text size="xs" c="dimmed">
            {state === "expired" ? "It was for" : "It excuses"} {amount(excuses.length, "violation")}:
          </Text>
          {excuses.map((each) => (
            <Text size="sm" key={`${each.name} ${each.message}`}>
              {each.message}
            </Text>
          ))}
        </Stack>
      )}
    </li>
  );
}
