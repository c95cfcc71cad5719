import { Table, Text } from "@mantine/core";
import type { Materialization } from "~/features/asset/useAsset";
import { figure } from "~/parts/figures";
import { TextLink } from "~/parts/links";
import { When } from "~/parts/When";

const MOST = 5;

/** When something was written, by which run, and what was reported of it. */
export function MaterializationTable({ items }: { items: Materialization[] }) {
  const hasPartitions = items.some(({ partition }) => partition !== null);
  return (
    <Table.ScrollContainer minWidth={560} type="native">
      <Table fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>When</Table.Th>
            {hasPartitions && <Table.Th>Partition</Table.Th>}
            <Table.Th>Run</Table.Th>
            <Table.Th>Reported</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((each) => (
            <Table.Tr key={`${each.run_id} ${each.step} ${each.partition} ${each.created_at}`}>
              <Table.Td style={{ whiteSpace: "nowrap" }}>
                <When at={each.created_at} size="sm" />
              </Table.Td>
              {hasPartitions && (
                <Table.Td style={{ overflowWrap: "anywhere" }}>{each.partition ?? "–"}</Table.Td>
              )}
              <Table.Td>
                <TextLink to="/runs/$id" params={{ id: each.run_id }} ff="monospace">
                  {each.run_id.slice(0, 8)}
                </TextLink>
              </Table.Td>
              <Table.Td>
                <Reported metadata={each.metadata} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Reported({ metadata }: { metadata: Record<string, unknown> }) {
  const said = Object.entries(metadata).filter(([, value]) =>
    ["number", "string", "boolean"].includes(typeof value),
  );
  if (said.length === 0)
    return (
      <Text size="sm" c="dimmed">
        –
      </Text>
    );
  return (
    <Text size="sm" lineClamp={2} style={{ overflowWrap: "anywhere" }}>
      {said.slice(0, MOST).map(([name, value], index) => (
        <span key={name}>
          {index > 0 && <span style={{ opacity: 0.5 }}> · </span>}
          <Text span size="sm" c="dimmed">
            {name}
          </Text>{" "}
          {typeof value === "number" ? figure(name, value) : String(value)}
        </span>
      ))}
      {said.length > MOST && ` · ${said.length - MOST} more`}
    </Text>
  );
}
