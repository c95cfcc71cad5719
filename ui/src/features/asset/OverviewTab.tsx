import { Alert, Code, List, Stack, Table, Text, Title } from "@mantine/core";
import type { AssetDetail } from "~/api/assets";
import styles from "~/features/asset/Asset.module.css";
import { AssetFacts } from "~/features/asset/AssetFacts";
import { Neighbours } from "~/features/asset/Neighbours";
import { Verdicts } from "~/features/asset/Verdicts";
import { NeighbourhoodGraph } from "~/graph/NeighbourhoodGraph";
import { Facts } from "~/parts/Facts";
import { Panel } from "~/parts/Panel";
import { Prose } from "~/parts/Prose";
import { STATUS_LOOKS } from "~/parts/status";
import { Value } from "~/parts/Value";

/** What an asset is, and how it stands. */
export function OverviewTab({ asset }: { asset: AssetDetail }) {
  return (
    <div className={styles.columns}>
      <Stack gap="md" style={{ minWidth: 0 }}>
        <Standing asset={asset} />
        <Panel title="Description">
          {asset.text ? (
            <Prose text={asset.text} />
          ) : (
            <Text size="sm" c="dimmed">
              Nobody has described it yet.
              {asset.component !== null && " A description where it is declared shows up here."}
            </Text>
          )}
        </Panel>
        {asset.upstream.length + asset.downstream.length > 0 && (
          <Panel title="Around it">
            <NeighbourhoodGraph assetKey={asset.key} height={280} />
          </Panel>
        )}
        {asset.verdicts.length > 0 && <Verdicts verdicts={asset.verdicts} />}
        {asset.columns.length > 0 && <Columns columns={asset.columns} />}
        <Reported asset={asset} />
      </Stack>
      <Stack gap="md" style={{ minWidth: 0 }}>
        <AssetFacts asset={asset} />
        <Neighbours asset={asset} />
      </Stack>
    </div>
  );
}

function Standing({ asset: { status, reasons, blocked_by, kept } }: { asset: AssetDetail }) {
  const look = status === null ? undefined : STATUS_LOOKS[status];
  const Icon = look?.icon;
  return (
    <>
      {(kept || blocked_by.length > 0) && (
        <Alert color="red" variant="light" title={kept ? "As it was before" : "Blocked"}>
          {kept
            ? "Its component is broken now. This is what it said when it could be loaded last."
            : `It waits for broken components: ${blocked_by.join(", ")}. Until they are mended it can't be run.`}
        </Alert>
      )}
      {reasons.length > 0 && look && Icon && (
        <Alert
          color={look.color}
          variant="light"
          icon={<Icon aria-hidden />}
          title={`Why it is ${status}`}
          styles={{ message: { overflowWrap: "anywhere" } }}
        >
          <List size="sm" listStyleType={reasons.length > 1 ? "disc" : "none"}>
            {reasons.map((each) => (
              <List.Item key={each}>{each}</List.Item>
            ))}
          </List>
        </Alert>
      )}
    </>
  );
}

function Columns({ columns }: { columns: AssetDetail["columns"] }) {
  return (
    <Panel title={`Columns (${columns.length})`}>
      <Table.ScrollContainer minWidth={420} type="native">
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th>Type</Table.Th>
              <Table.Th>Description</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {columns.map(({ name, type, description }) => (
              <Table.Tr key={name}>
                <Table.Td ff="monospace" fz="sm">
                  {name}
                </Table.Td>
                <Table.Td>{type && <Code>{type.toLowerCase()}</Code>}</Table.Td>
                <Table.Td c={description ? undefined : "dimmed"}>{description ?? "–"}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Panel>
  );
}

/** What the last materialization reported, and metadata that is declared. */
function Reported({ asset: { metadata, materializations } }: { asset: AssetDetail }) {
  const parts = [
    { title: "Reported by the last materialization", values: materializations[0]?.metadata ?? {} },
    { title: "Declared", values: metadata },
  ].filter(({ values }) => Object.keys(values).length > 0);
  if (parts.length === 0) return null;
  return (
    <Panel title="Metadata">
      <Stack gap="md">
        {parts.map(({ title, values }) => (
          <div key={title}>
            <Title order={3} c="dimmed" fz="xs" mb={6}>
              {title}
            </Title>
            <Facts
              facts={Object.entries(values).map(([name, value]): [string, React.ReactNode] => [
                name,
                <Value key={name} value={value} name={name} />,
              ])}
            />
          </div>
        ))}
      </Stack>
    </Panel>
  );
}
