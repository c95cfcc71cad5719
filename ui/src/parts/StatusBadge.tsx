import { Badge } from "@mantine/core";
import { STATUS_LOOKS, type Status } from "~/parts/status";

/** How an asset, a run or a step stands. */
export function StatusBadge({ status, size = "sm" }: { status: Status; size?: "xs" | "sm" | "md" | "lg" }) {
  const { color, icon: Icon, means } = STATUS_LOOKS[status];
  return (
    <Badge
      color={color}
      variant="light"
      size={size}
      radius="sm"
      leftSection={<Icon size={12} aria-hidden />}
      style={{ textTransform: "none", flexShrink: 0 }}
      title={means}
    >
      {status}
    </Badge>
  );
}
