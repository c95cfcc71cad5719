import { AppShell, Burger, Group, ScrollArea, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { Navigation } from "~/app/Navigation";
import { ProjectState } from "~/app/ProjectState";
import { SchemeSwitch } from "~/app/SchemeSwitch";
import styles from "~/app/Shell.module.css";
import { useServerEvents } from "~/app/useServerEvents";
import { YouMenu } from "~/features/identity/YouMenu";
import { Search } from "~/features/search/Search";

/** The frame around every page. */
export function Shell() {
  const [isOpen, { toggle, close }] = useDisclosure();
  const path = useRouterState({ select: (state) => state.location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes whenever another page is shown
  useEffect(close, [path]);
  useServerEvents();
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 212, breakpoint: "sm", collapsed: { mobile: !isOpen } }}
      padding={{ base: "sm", sm: "lg" }}
    >
      <a href="#main" className={styles.skip}>
        Skip to the page
      </a>
      <AppShell.Header className={styles.header}>
        <Group gap="sm" wrap="nowrap" style={{ minWidth: 0 }}>
          <Burger
            color="var(--mantine-color-text)"
            opened={isOpen}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label="Menu"
          />
          <Link to="/" className={styles.brand} aria-label="Treadle: overview">
            <img src="/static/treadle.svg" width={26} height={26} alt="" />
            <Text fw={700} visibleFrom="xs">
              Treadle
            </Text>
          </Link>
          <ProjectState />
        </Group>
        <Group gap="xs" wrap="nowrap">
          <Search />
          <SchemeSwitch />
          <YouMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={styles.navbar}>
        <ScrollArea type="never" flex={1}>
          <Navigation />
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1} className={styles.main}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}
