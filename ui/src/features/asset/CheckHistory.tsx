import { Button, Skeleton, Table, Text } from "@mantine/core";
import { IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import type { ApiRecord } from "~/api/client";
import { TextLink } from "~/parts/links";
import { When } from "~/parts/When";
import { Wrong } from "~/parts/Wrong";

type Pages = {
  data: { pages: ApiRecord<"CheckResultPage">[] } | undefined;
  error: unknown;
  refetch: () => unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
};

/** What a check found each time, the newest first. */
export function CheckHistory({ query }: { query: Pages }) {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  if (error) return <Wrong error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Skeleton height={120} mt="sm" />;
  return (
    <>
      <Table.ScrollContainer minWidth={420} type="native" mt="sm">
        <Table fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Result</Table.Th>
              <Table.Th>When</Table.Th>
              <Table.Th>Run</Table.Th>
              <Table.Th>What was found</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.pages
              .flatMap(({ items }) => items)
              .map((each) => (
                <Row key={`${each.run_id} ${each.created_at}`} result={each} />
              ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {hasNextPage && (
        <Button variant="default" size="xs" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Older results
        </Button>
      )}
    </>
  );
}

function Row({ result }: { result: ApiRecord<"CheckResult"> }) {
  const { passed, severity, created_at, run_id, description, metadata, partition } = result;
  const color = passed ? "green" : severity === "warn" ? "yellow" : "red";
  const Icon = passed ? IconCircleCheck : IconCircleX;
  const words = [partition, description, Object.keys(metadata).length > 0 && JSON.stringify(metadata)];
  return (
    <Table.Tr>
      <Table.Td>
        <Text
          size="sm"
          c={`var(--mantine-color-${color}-text)`}
          style={{ display: "flex", gap: 6, alignItems: "center" }}
        >
          <Icon size={15} aria-hidden />
          {passed ? "passed" : severity === "warn" ? "warned" : "failed"}
        </Text>
      </Table.Td>
      <Table.Td>
        <When at={created_at} size="sm" />
      </Table.Td>
      <Table.Td>
        <TextLink to="/runs/$id" params={{ id: run_id }} ff="monospace">
          {run_id.slice(0, 8)}
        </TextLink>
      </Table.Td>
      <Table.Td c="dimmed" style={{ overflowWrap: "anywhere" }}>
        {words.filter(Boolean).join(" · ") || "–"}
      </Table.Td>
    </Table.Tr>
  );
}
