import { Alert, Skeleton, Stack, Tabs } from "@mantine/core";
import { IconAlertTriangle, IconShieldCheck } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import type { ApiRecord } from "~/api/client";
import { CountCards } from "~/features/policies/CountCards";
import { open } from "~/features/policies/counts";
import { RulesTab } from "~/features/policies/RulesTab";
import { TABS, type Tab } from "~/features/policies/routes";
import { TrendTab } from "~/features/policies/TrendTab";
import { usePolicies } from "~/features/policies/usePolicies";
import { VerdictsTab } from "~/features/policies/VerdictsTab";
import { WaiversTab } from "~/features/policies/WaiversTab";
import { amount, number } from "~/parts/amounts";
import { Empty } from "~/parts/Empty";
import { PageTitle } from "~/parts/PageTitle";
import { Wrong } from "~/parts/Wrong";

/** The rules of the project, and what is against them. */
export function PoliciesPage() {
  const { data, error, refetch } = usePolicies();
  return (
    <>
      <PageTitle title="Policies" about="The rules that assets are judged by, and what is against them." />
      {error ? (
        <Wrong error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton height={320} radius="md" />
      ) : data.items.length === 0 ? (
        <Empty title="No policy holds here" icon={IconShieldCheck}>
          Write some into <code>policies.yaml</code>, beside <code>pyproject.toml</code>, or install a package
          that brings them.
        </Empty>
      ) : (
        <Ruled list={data} />
      )}
    </>
  );
}

const route = getRouteApi("/policies");
const TITLES: Record<Tab, string> = {
  violations: "Violations",
  rules: "Rules",
  waivers: "Waivers",
  trend: "Trend",
};

function Ruled({ list }: { list: ApiRecord<"PolicyList"> }) {
  const { tab = "violations" } = route.useSearch();
  const navigate = route.useNavigate();
  const holding = list.items.filter(({ severity }) => severity !== null).length;
  const counted: Partial<Record<Tab, number>> = { violations: open(list.counts), rules: holding };
  return (
    <Stack gap="lg">
      {list.unjudged > 0 && (
        <Alert
          color="red"
          variant="light"
          icon={<IconAlertTriangle aria-hidden />}
          title="Not everything can be judged"
        >
          {amount(list.unjudged, "policy is", "policies are")} broken: what may be against them doesn’t run
          until they are mended.
        </Alert>
      )}
      <CountCards counts={list.counts} />
      {list.mended > 0 && (
        <Alert
          color="green"
          variant="light"
          title={`${amount(list.mended, "violation")} of the baseline mended`}
        >
          <code>treadle policy baseline</code> takes {list.mended === 1 ? "it" : "them"} out.
        </Alert>
      )}
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) =>
          void navigate({ search: next === null || next === "violations" ? {} : { tab: next as Tab } })
        }
      >
        <Tabs.List mb="md">
          {TABS.map((each) => (
            <Tabs.Tab key={each} value={each} px={{ base: 8, sm: "md" }}>
              {TITLES[each]}
              {counted[each] !== undefined && ` (${number(counted[each])})`}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="violations">
          <VerdictsTab />
        </Tabs.Panel>
        <Tabs.Panel value="rules">
          <RulesTab policies={list.items} />
        </Tabs.Panel>
        <Tabs.Panel value="waivers">
          <WaiversTab />
        </Tabs.Panel>
        <Tabs.Panel value="trend">
          <TrendTab policies={list.items} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
