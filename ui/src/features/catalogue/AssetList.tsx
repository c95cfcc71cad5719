import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { IconTableOff } from "@tabler/icons-react";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Asset } from "~/api/assets";
import { AssetRow } from "~/features/catalogue/AssetRow";
import styles from "~/features/catalogue/Catalogue.module.css";
import { chosenOf, type Filters } from "~/features/catalogue/filters";
import { useAssets } from "~/features/catalogue/useCatalogue";
import { amount } from "~/parts/amounts";
import { Empty } from "~/parts/Empty";
import { TextLink } from "~/parts/links";
import { Wrong } from "~/parts/Wrong";

type Props = { filters: Filters; change: (next: (before: Filters) => Filters) => void };

const NEARLY = 20; // rows before the end, when more are asked for
const HIGH = 59; // pixels

/** The assets that were found; only those that can be seen are on the page. */
export function AssetList({ filters, change }: Props) {
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage, isPlaceholderData } =
    useAssets(filters);
  if (error !== null)
    return (
      <div className={styles.said}>
        <Wrong error={error} retry={() => void refetch()} />
      </div>
    );
  if (data === undefined) return <Loading />;
  const assets = data.pages.flatMap(({ items }) => items);
  if (assets.length === 0) return <Nothing filters={filters} change={change} />;
  return (
    <div style={{ opacity: isPlaceholderData ? 0.6 : 1 }}>
      <Text size="sm" c="dimmed" mt="sm" mb={6} role="status">
        {amount(data.pages[0]?.total ?? 0, "asset")}
      </Text>
      <Rows
        assets={assets}
        more={() => {
          if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
        }}
      />
      {isFetchingNextPage && <Skeleton height={HIGH} mt={4} />}
    </div>
  );
}

function Rows({ assets, more }: { assets: Asset[]; more: () => void }) {
  const list = useRef<HTMLUListElement>(null);
  const [margin, setMargin] = useState(0);
  // What is above the list may have become higher or lower.
  useLayoutEffect(() => setMargin(list.current?.offsetTop ?? 0));
  const virtual = useWindowVirtualizer({
    count: assets.length,
    estimateSize: () => HIGH,
    overscan: 5,
    scrollMargin: margin,
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= assets.length - NEARLY) more();
  }, [last, assets.length, more]);
  return (
    <ul className={styles.rows} ref={list} style={{ height: virtual.getTotalSize() }}>
      {shown.map(({ index, start }) => {
        const asset = assets[index];
        return asset === undefined ? null : (
          <li
            key={asset.key}
            data-index={index}
            ref={virtual.measureElement}
            className={styles.row}
            style={{ transform: `translateY(${start - margin}px)` }}
          >
            <AssetRow asset={asset} />
          </li>
        );
      })}
    </ul>
  );
}

function Loading() {
  return (
    <Stack gap={4} mt="xl">
      {Array.from({ length: 10 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <Skeleton key={index} height={HIGH - 4} />
      ))}
    </Stack>
  );
}

function Nothing({ filters, change }: Props) {
  const isNarrowed =
    chosenOf(filters).length > 0 || (filters.q ?? "").trim() !== "" || filters.selection !== undefined;
  if (!isNarrowed)
    return (
      <Empty title="The project has no assets yet" icon={IconTableOff}>
        A component of a few lines of YAML makes some. Choose one among the{" "}
        <TextLink to="/types" underline="always">
          component types
        </TextLink>
        , or begin in the{" "}
        <TextLink to="/editor" underline="always">
          editor
        </TextLink>
        .
      </Empty>
    );
  return (
    <Empty title="No asset is like that" icon={IconTableOff}>
      <Stack align="center" gap="sm">
        Try fewer words or filters.
        <Button variant="default" size="xs" onClick={() => change(() => ({}))}>
          Show all assets
        </Button>
      </Stack>
    </Empty>
  );
}
