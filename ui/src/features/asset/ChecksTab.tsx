import { Badge, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { IconCircleCheck, IconCircleDashed, IconCircleX } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { AssetDetail } from "~/api/assets";
import type { ApiRecord } from "~/api/client";
import { CheckHistory } from "~/features/asset/CheckHistory";
import { checkResultsQuery } from "~/features/asset/useAsset";
import { Facts } from "~/parts/Facts";
import { TextLink } from "~/parts/links";
import { Place } from "~/parts/Place";
import { SEVERITY_LOOKS } from "~/parts/status";
import { Value } from "~/parts/Value";
import { When } from "~/parts/When";

type Check = ApiRecord<"AssetCheck">;
const route = getRouteApi("/asset/$");

/** The checks of an asset, those that fail first. */
export function ChecksTab({ asset }: { asset: AssetDetail }) {
  const { check: opened } = route.useSearch();
  const navigate = route.useNavigate();
  const ordered = [...asset.check_list].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
  return (
    <Stack gap="sm">
      {ordered.map((each) => (
        <CheckCard
          key={each.name}
          asset={asset.key}
          check={each}
          isOpen={each.name === opened}
          toggle={() =>
            void navigate({
              search: (old) => ({ ...old, check: each.name === opened ? undefined : each.name }),
              replace: true,
              resetScroll: false,
            })
          }
        />
      ))}
    </Stack>
  );
}

function rank({ last }: Check): number {
  return last === null ? 1 : last.passed ? 2 : 0;
}

type CardProps = { asset: string; check: Check; isOpen: boolean; toggle: () => void };

function CheckCard({ asset, check, isOpen, toggle }: CardProps) {
  const { name, description, severity, blocking, place, last } = check;
  return (
    <Paper withBorder p="md" component="section" aria-label={`Check ${name}`}>
      <Group justify="space-between" align="flex-start" gap="xs">
        <Group gap="xs">
          <CheckMark check={check} />
          <Title order={2} fz="md">
            {name}
          </Title>
          <Badge variant="default" radius="sm" size="sm" tt="none" fw={500}>
            {severity === "warn" ? "only warns" : blocking ? "stops what depends on it" : "error"}
          </Badge>
        </Group>
        <When at={last?.created_at} size="sm" c="dimmed" />
      </Group>
      {description && (
        <Text size="sm" mt={4}>
          {description}
        </Text>
      )}
      {last === null ? (
        <Text size="sm" c="dimmed" mt={4}>
          It was never made. Runs of the asset make it.
        </Text>
      ) : (
        <Result result={last} />
      )}
      <Group justify="space-between" mt="sm" gap="xs">
        {last === null ? (
          <span />
        ) : (
          <Button variant="subtle" size="compact-sm" ml={-8} onClick={toggle} aria-expanded={isOpen}>
            {isOpen ? "Hide history" : "History"}
          </Button>
        )}
        <Place file={place.file} line={place.line} />
      </Group>
      {isOpen && <History asset={asset} check={name} />}
    </Paper>
  );
}

function CheckMark({ check: { last, severity } }: { check: Check }) {
  if (last === null)
    return (
      <IconCircleDashed size={20} role="img" aria-label="never made" color="var(--mantine-color-dimmed)" />
    );
  if (last.passed)
    return (
      <IconCircleCheck size={20} role="img" aria-label="passed" color="var(--mantine-color-green-text)" />
    );
  const { color } = SEVERITY_LOOKS[severity];
  return (
    <IconCircleX size={20} role="img" aria-label="failed" color={`var(--mantine-color-${color}-text)`} />
  );
}

function Result({ result }: { result: ApiRecord<"CheckResult"> }) {
  const { description, metadata, partition, run_id } = result;
  return (
    <Stack gap={6} mt={6}>
      {description && (
        <Text size="sm" c="dimmed" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {description}
        </Text>
      )}
      <Facts
        facts={[
          ["Partition", partition],
          ...Object.entries(metadata).map(([name, value]): [string, React.ReactNode] => [
            name,
            <Value key={name} value={value} name={name} />,
          ]),
          [
            "Run",
            <TextLink key="run" to="/runs/$id" params={{ id: run_id }} ff="monospace">
              {run_id.slice(0, 8)}
            </TextLink>,
          ],
        ]}
      />
    </Stack>
  );
}

function History({ asset, check }: { asset: string; check: string }) {
  const query = useInfiniteQuery(checkResultsQuery(asset, check));
  return <CheckHistory query={query} />;
}
