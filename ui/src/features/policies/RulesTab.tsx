import { Accordion, Badge, Group, Stack, Switch, Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { byWeight, KINDS } from "~/features/policies/counts";
import styles from "~/features/policies/Policies.module.css";
import { RuleDetail } from "~/features/policies/RuleDetail";
import { SeverityBadge } from "~/features/policies/SeverityBadge";
import type { Policy } from "~/features/policies/usePolicies";
import { amount, number } from "~/parts/amounts";
import { Empty } from "~/parts/Empty";

const route = getRouteApi("/policies");

/** The policies that hold, the most violated ones first; each unfolds to its rule. */
export function RulesTab({ policies }: { policies: Policy[] }) {
  const { policy: chosen } = route.useSearch();
  const navigate = route.useNavigate();
  const others = policies.filter(({ severity }) => severity === null);
  const [isAll, setAll] = useState(others.some(({ name }) => name === chosen));
  const shown = byWeight(policies).filter(({ severity }) => isAll || severity !== null);
  return (
    <Stack gap="md">
      {others.length > 0 && (
        <Switch
          size="sm"
          label={`Also the ${amount(others.length, "policy", "policies")} that hold nowhere here`}
          checked={isAll}
          onChange={(event) => setAll(event.currentTarget.checked)}
        />
      )}
      {shown.length === 0 ? (
        <Empty title="No policy holds here">
          A binding in <code>policies.yaml</code> says where they do.
        </Empty>
      ) : (
        <Accordion
          variant="contained"
          radius="md"
          chevronPosition="left"
          value={chosen ?? null}
          onChange={(name) =>
            void navigate({ search: { tab: "rules", ...(name ? { policy: name } : {}) }, replace: true })
          }
        >
          {shown.map((each) => (
            <Accordion.Item key={each.name} value={each.name}>
              <Accordion.Control className={styles.control}>
                <RuleRow policy={each} />
              </Accordion.Control>
              <Accordion.Panel>
                {/* What is folded isn't made: there may be hundreds. */}
                {each.name === chosen && <RuleDetail policy={each} />}
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      )}
    </Stack>
  );
}

function RuleRow({ policy: { name, description, severity, counts, holds_for, target } }: { policy: Policy }) {
  return (
    <div className={styles.rule}>
      <Group gap={8}>
        <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
          {name}
        </Text>
        {severity === null ? (
          <Text size="xs" c="dimmed">
            holds nowhere here
          </Text>
        ) : (
          <SeverityBadge severity={severity} />
        )}
      </Group>
      <Group gap={4} justify="flex-end">
        {KINDS.filter(({ kind }) => counts[kind] > 0).map(({ kind, label, color }) => (
          <Badge key={kind} color={color} variant="light" radius="sm" size="sm" tt="none">
            {number(counts[kind])} {label.toLowerCase()}
          </Badge>
        ))}
      </Group>
      <Text size="sm" c="dimmed" style={{ gridColumn: "1 / -1" }}>
        {[description.replace(/\.$/, ""), severity !== null && `holds for ${amount(holds_for, target)}`]
          .filter(Boolean)
          .join(" · ")}
      </Text>
    </div>
  );
}
