import { VisuallyHidden } from "@mantine/core";
import { IconCircleCheckFilled, IconCircleMinus, IconCircleXFilled } from "@tabler/icons-react";
import type { Tick } from "~/features/automations/useAutomations";

const LOOKS = {
  fired: { icon: IconCircleCheckFilled, color: "var(--mantine-color-green-text)" },
  skipped: { icon: IconCircleMinus, color: "var(--mantine-color-dimmed)" },
  failed: { icon: IconCircleXFilled, color: "var(--mantine-color-red-text)" },
};

/** What came of a tick, as a mark; the word stands beside it, or is its title. */
export function TickMark({ status, title }: { status: Tick["status"]; title?: string }) {
  const { icon: Icon, color } = LOOKS[status];
  return (
    <span title={title} style={{ color, display: "inline-flex" }}>
      <Icon size={15} aria-hidden />
      {title && <VisuallyHidden>{title}</VisuallyHidden>}
    </span>
  );
}
