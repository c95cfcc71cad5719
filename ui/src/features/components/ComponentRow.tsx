import { Badge, Text } from "@mantine/core";
import { IconAlertCircle, IconBox, IconBrandPython } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import styles from "~/features/components/Components.module.css";
import type { Component } from "~/features/components/useComponents";
import { amount, number } from "~/parts/amounts";

const route = getRouteApi("/components");

type Props = { component: Component; name: string; isChosen: boolean };

/** A component in a tree or a list; a broken one is red, and says so. */
export function ComponentRow({
  component: { address, state, type, assets, diagnostics },
  name,
  isChosen,
}: Props) {
  const search = route.useSearch();
  const isBroken = state === "broken";
  return (
    <Link
      to="/components"
      search={{ ...search, address }}
      className={`${styles.name} ${isBroken ? styles.broken : ""}`}
      data-chosen={isChosen}
      title={type || "a Python module"}
    >
      <Icon isBroken={isBroken} isPython={type === ""} />
      <span className={styles.word}>{name}</span>
      {isBroken ? (
        <Badge size="xs" radius="sm" color="red" variant="light" tt="none" style={{ flexShrink: 0 }}>
          broken
        </Badge>
      ) : diagnostics.length > 0 ? (
        <Badge size="xs" radius="sm" color="orange" variant="light" tt="none" style={{ flexShrink: 0 }}>
          {amount(diagnostics.length, "problem")}
        </Badge>
      ) : (
        assets > 0 && (
          <Text span size="xs" c="dimmed" ml="auto" title={`${assets} assets`}>
            {number(assets)}
          </Text>
        )
      )}
    </Link>
  );
}

function Icon({ isBroken, isPython }: { isBroken: boolean; isPython: boolean }) {
  const Shown = isBroken ? IconAlertCircle : isPython ? IconBrandPython : IconBox;
  return (
    <Shown
      size={16}
      stroke={1.6}
      aria-hidden
      style={{ flexShrink: 0 }}
      color={isBroken ? "var(--mantine-color-red-text)" : "var(--mantine-color-dimmed)"}
    />
  );
}
