import { Badge, Skeleton, Stack, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type ComponentType, lazy, Suspense, useEffect, useRef } from "react";
import { type AssetDetail, assetQuery } from "~/api/assets";
import { AssetHeader } from "~/features/asset/AssetHeader";
import { OverviewTab } from "~/features/asset/OverviewTab";
import type { Tab } from "~/features/asset/routes";
import { PageTitle } from "~/parts/PageTitle";
import { Wrong } from "~/parts/Wrong";

const route = getRouteApi("/asset/$");

const PANELS: Record<Tab, ComponentType<{ asset: AssetDetail }>> = {
  overview: OverviewTab,
  history: lazy(async () => ({ default: (await import("~/features/asset/HistoryTab")).HistoryTab })),
  checks: lazy(async () => ({ default: (await import("~/features/asset/ChecksTab")).ChecksTab })),
  partitions: lazy(async () => ({ default: (await import("~/features/asset/PartitionsTab")).PartitionsTab })),
  definition: lazy(async () => ({ default: (await import("~/features/asset/DefinitionTab")).DefinitionTab })),
};

/** Everything about an asset. */
export function AssetPage() {
  const { _splat: key = "" } = route.useParams();
  const { data: asset, error, refetch } = useQuery(assetQuery(key));
  if (error !== null)
    return (
      <>
        <PageTitle title={key} />
        <Wrong error={error} retry={() => void refetch()} />
      </>
    );
  if (asset === undefined) return <Loading title={key} />;
  return (
    <>
      <AssetHeader asset={asset} />
      <Panels asset={asset} />
    </>
  );
}

function Panels({ asset }: { asset: AssetDetail }) {
  const { tab = "overview" } = route.useSearch();
  const navigate = route.useNavigate();
  const tabs = tabsOf(asset);
  const shown = tabs.some(({ value }) => value === tab) ? tab : "overview";
  const Panel = PANELS[shown];
  const strip = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: on a phone, another tab may be out of sight
  useEffect(() => {
    const chosen = strip.current?.querySelector<HTMLElement>('[role="tab"][data-active]');
    if (strip.current && chosen) strip.current.scrollLeft = chosen.offsetLeft - strip.current.offsetLeft - 40;
  }, [shown]);
  return (
    <Tabs
      value={shown}
      keepMounted={false}
      onChange={(value) => void navigate({ search: value === "overview" ? {} : { tab: value as Tab } })}
    >
      <div ref={strip} style={{ overflowX: "auto", position: "relative" }}>
        <Tabs.List style={{ flexWrap: "nowrap" }} mb="md">
          {tabs.map(({ value, label, count, isBad }) => (
            <Tabs.Tab
              key={value}
              value={value}
              rightSection={
                count !== undefined && (
                  <Badge size="sm" circle={count < 10} variant="light" color={isBad ? "red" : "gray"}>
                    {count}
                  </Badge>
                )
              }
            >
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </div>
      <Tabs.Panel value={shown}>
        <Suspense fallback={<Skeleton height={280} />}>
          <Panel key={asset.key} asset={asset} />
        </Suspense>
      </Tabs.Panel>
    </Tabs>
  );
}

type Shown = { value: Tab; label: string; count?: number; isBad?: boolean };

/** The tabs that have something to show. */
function tabsOf({ external, check_list, partitions }: AssetDetail): Shown[] {
  const found: Shown[] = [{ value: "overview", label: "Overview" }];
  if (!external) found.push({ value: "history", label: "History" });
  if (check_list.length > 0) {
    const isBad = check_list.some(({ last }) => last !== null && !last.passed);
    found.push({ value: "checks", label: "Checks", count: check_list.length, isBad });
  }
  if (partitions !== null) found.push({ value: "partitions", label: "Partitions" });
  return [...found, { value: "definition", label: "Definition" }];
}

function Loading({ title }: { title: string }) {
  return (
    <>
      <PageTitle title={title} about={<Skeleton height={14} width={240} mt={6} />} />
      <Stack>
        <Skeleton height={36} width={420} maw="100%" />
        <Skeleton height={220} />
      </Stack>
    </>
  );
}
