import { ActionIcon, Tooltip } from "@mantine/core";
import { IconFocusCentered, IconMinus, IconPlus } from "@tabler/icons-react";
import styles from "~/graph/Graph.module.css";

type Props = { closer: () => void; farther: () => void; fit: () => void };

/** Nearer, farther, everything; the keys + − 0 do the same. */
export function ZoomButtons({ closer, farther, fit }: Props) {
  const buttons = [
    { label: "Zoom in (+)", icon: IconPlus, act: closer },
    { label: "Zoom out (−)", icon: IconMinus, act: farther },
    { label: "Show everything (0)", icon: IconFocusCentered, act: fit },
  ];
  return (
    <ActionIcon.Group className={styles.zoom}>
      {buttons.map(({ label, icon: Icon, act }) => (
        <Tooltip key={label} label={label}>
          <ActionIcon variant="default" size="lg" aria-label={label} onClick={act}>
            <Icon size={16} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ))}
    </ActionIcon.Group>
  );
}
