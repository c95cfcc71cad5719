import { Button, Kbd, Text, VisuallyHidden } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import styles from "~/features/search/Search.module.css";

const SearchDialog = lazy(async () => ({
  default: (await import("~/features/search/SearchDialog")).SearchDialog,
}));

/** Opens the search that leads anywhere: by a click, or by Ctrl-K. */
export function Search() {
  const [isOpen, { open, close }] = useDisclosure();
  useHotkeys([["mod+K", open]]);
  return (
    <>
      <Button
        variant="default"
        size="xs"
        className={styles.button}
        leftSection={<IconSearch size={14} aria-hidden />}
        onClick={open}
      >
        <VisuallyHidden hiddenFrom="sm">Search</VisuallyHidden>
        <Text size="xs" c="dimmed" visibleFrom="sm" mr="lg">
          Search
        </Text>
        <Kbd size="xs" visibleFrom="sm" aria-hidden>
          Ctrl K
        </Kbd>
      </Button>
      {isOpen && (
        <Suspense>
          <SearchDialog close={close} />
        </Suspense>
      )}
    </>
  );
}
