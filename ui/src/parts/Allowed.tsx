import { Tooltip } from "@mantine/core";
import { cloneElement, type ReactElement } from "react";
import { type Role, useRefusal } from "~/api/me";

type Props = { needs: Role; children: ReactElement<{ disabled?: boolean }> };

/** A control that works for those who have a role; for others it is dimmed, and says why when it is pointed at. */
export function Allowed({ needs, children }: Props) {
  const refusal = useRefusal(needs);
  if (refusal === undefined) return children;
  return (
    <Tooltip label={refusal} events={{ hover: true, focus: true, touch: true }}>
      {/* A disabled control hears neither the mouse nor the keyboard. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the reason has to be found without a mouse, too */}
      <span tabIndex={0} role="note" aria-label={refusal} style={{ display: "inline-flex" }}>
        {cloneElement(children, { disabled: true })}
      </span>
    </Tooltip>
  );
}
