import { Group, SegmentedControl, Select, Skeleton, Stack, Table, Text } from "@mantine/core";
import { IconChartAreaLine } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { KINDS } from "~/features/policies/counts";
import { TrendChart } from "~/features/policies/TrendChart";
import { type Policy, type PolicyPoint, useTrend } from "~/features/policies/usePolicies";
import { number } from "~/parts/amounts";
import { Empty } from "~/parts/Empty";
import { dayOf } from "~/parts/times";
import { useNow } from "~/parts/useNow";
import { Wrong } from "~/parts/Wrong";

const route = getRouteApi("/policies");
const MOST_ROWS = 14;

/** How violations have changed, of one policy or of all. */
export function TrendTab({ policies }: { policies: Policy[] }) {
  const { policy } = route.useSearch();
  const navigate = route.useNavigate();
  const [days, setDays] = useState("90");
  const { data, error, refetch } = useTrend(policy, Number(days));
  const now = useNow();
  return (
    <Stack gap="md">
      <Group gap="xs">
        <Select
          size="xs"
          w={260}
          aria-label="Policy"
          placeholder="All policies"
          clearable
          clearButtonProps={{ "aria-label": "All policies" }}
          searchable
          data={policies.map(({ name }) => name)}
          value={policy ?? null}
          onChange={(next) =>
            void navigate({ search: { tab: "trend", ...(next ? { policy: next } : {}) }, replace: true })
          }
        />
        <SegmentedControl
          size="xs"
          aria-label="How many days"
          value={days}
          onChange={setDays}
          data={[
            { value: "30", label: "30 days" },
            { value: "90", label: "90 days" },
            { value: "365", label: "A year" },
          ]}
        />
      </Group>
      {error ? (
        <Wrong error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton height={260} radius="md" />
      ) : data.items.length === 0 ? (
        <Empty title="Nothing was counted yet" icon={IconChartAreaLine}>
          Violations are counted whenever the project is loaded with all of its components: mend what is
          broken first.
        </Empty>
      ) : (
        <>
          <TrendChart points={data.items} today={now} />
          <Text size="xs" c="dimmed">
            Counted on {data.items.length === 1 ? "one day" : `${data.items.length} days`}, in UTC: whenever a
            server loads the whole project. A count stays until there is another.
          </Text>
          <Days points={data.items} />
        </>
      )}
    </Stack>
  );
}

/** The same in numbers, the newest day first. */
function Days({ points }: { points: PolicyPoint[] }) {
  const shown = [...points].reverse().slice(0, MOST_ROWS);
  return (
    <Table.ScrollContainer
      minWidth={520}
      type="native"
      tabIndex={0}
      role="region"
      aria-label="Violations by day"
    >
      <Table fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Day</Table.Th>
            {KINDS.map(({ kind, label }) => (
              <Table.Th key={kind} ta="right">
                {label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map(({ day: text, counts }) => (
            <Table.Tr key={text}>
              <Table.Td>{dayOf(text, "UTC")}</Table.Td>
              {KINDS.map(({ kind }) => (
                <Table.Td key={kind} ta="right">
                  {counts[kind] === 0 ? "–" : number(counts[kind])}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
