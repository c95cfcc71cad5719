import { Badge } from "@mantine/core";
import type { Severity } from "~/features/policies/routes";
import { SEVERITY_LOOKS } from "~/parts/status";

/** How hard a policy is meant. */
export function SeverityBadge({ severity }: { severity: Severity }) {
  const { color, icon: Icon } = SEVERITY_LOOKS[severity];
  return (
    <Badge
      color={color}
      variant="light"
      radius="sm"
      size="sm"
      tt="none"
      leftSection={<Icon size={12} aria-hidden />}
      style={{ flexShrink: 0 }}
    >
      {severity}
    </Badge>
  );
}
