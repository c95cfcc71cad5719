import { Button, Drawer, Group, Select, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconFilter } from "@tabler/icons-react";
import { AssetList } from "~/features/catalogue/AssetList";
import styles from "~/features/catalogue/Catalogue.module.css";
import { Chosen } from "~/features/catalogue/Chosen";
import { FacetPanel } from "~/features/catalogue/FacetPanel";
import { chosenOf, type Filters, type Order, searching } from "~/features/catalogue/filters";
import { useFilters } from "~/features/catalogue/useCatalogue";
import { PageTitle } from "~/parts/PageTitle";
import { SearchInput } from "~/parts/SearchInput";

type Change = (next: (before: Filters) => Filters) => void;

/** Every asset, to be searched and filtered. */
export function CataloguePage() {
  const { filters, change } = useFilters();
  const [isOpen, { open, close }] = useDisclosure();
  const count = chosenOf(filters).length;
  return (
    <>
      <PageTitle title="Assets" about="Everything that the project keeps up to date." />
      <div className={styles.page}>
        <aside className={styles.facets} aria-label="Filters">
          <FacetPanel filters={filters} change={change} />
        </aside>
        <div className={styles.list}>
          <Group gap="xs" wrap="nowrap">
            <SearchInput
              aria-label="Search assets"
              placeholder="Search keys and descriptions"
              flex={1}
              value={filters.q ?? ""}
              onChange={(text) => change((before) => searching(before, text))}
            />
            <Button
              variant="default"
              onClick={open}
              className={styles.more}
              leftSection={<IconFilter size={16} aria-hidden />}
            >
              {count > 0 ? `Filters (${count})` : "Filters"}
            </Button>
            <div className={styles.order}>
              <OrderSelect filters={filters} change={change} />
            </div>
          </Group>
          <Chosen filters={filters} change={change} />
          <AssetList filters={filters} change={change} />
        </div>
      </div>
      <Drawer
        opened={isOpen}
        onClose={close}
        title="Filters"
        size={320}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        {isOpen && (
          <Stack gap="lg">
            <OrderSelect filters={filters} change={change} label="Order" />
            <FacetPanel filters={filters} change={change} />
          </Stack>
        )}
      </Drawer>
    </>
  );
}

const ORDER_WORDS: { value: Order; label: string }[] = [
  { value: "key", label: "By key" },
  { value: "status", label: "Most urgent first" },
  { value: "materialized", label: "Newest first" },
];

type OrderProps = { filters: Filters; change: Change; label?: string };

function OrderSelect({ filters, change, label }: OrderProps) {
  const hasText = (filters.q ?? "").trim() !== "";
  const data = hasText ? [{ value: "best", label: "Best match first" }, ...ORDER_WORDS] : ORDER_WORDS;
  return (
    <Select
      {...(label === undefined ? { "aria-label": "Order" } : { label })}
      allowDeselect={false}
      data={data}
      value={filters.order ?? (hasText ? "best" : "key")}
      onChange={(value) =>
        change((before) => ({ ...before, order: (value ?? undefined) as Order | undefined }))
      }
    />
  );
}
