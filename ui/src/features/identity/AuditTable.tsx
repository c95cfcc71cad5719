import { Anchor, Badge, Code, Group, Table, Text, Tooltip } from "@mantine/core";
import { IconDeviceLaptop, IconQuestionMark, IconRobot, IconTerminal2, IconUser } from "@tabler/icons-react";
import type { Outcome } from "~/features/identity/useIdentity";
import { type AuditEntry, actionInWords } from "~/features/identity/words";
import { When } from "~/parts/When";

const KINDS = {
  person: { icon: IconUser, means: "a person" },
  token: { icon: IconRobot, means: "a program, with an API token" },
  local: { icon: IconDeviceLaptop, means: "whoever has the token of a local server" },
  command: { icon: IconTerminal2, means: "the command line" },
  unknown: { icon: IconQuestionMark, means: "nobody knows who" },
};
const COLORS: Record<Outcome, string> = { done: "green", refused: "yellow", failed: "red" };

type Props = { entries: AuditEntry[]; chooseAction: (action: string) => void };

/** Changes, each in a row. */
export function AuditTable({ entries, chooseAction }: Props) {
  return (
    <Table.ScrollContainer minWidth={820} type="native">
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={130}>When</Table.Th>
            <Table.Th miw={190}>Who</Table.Th>
            <Table.Th miw={110}>Action</Table.Th>
            <Table.Th>Outcome</Table.Th>
            <Table.Th>What</Table.Th>
            <Table.Th>From</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map((entry) => (
            <Row key={entry.id} entry={entry} chooseAction={chooseAction} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Row({ entry, chooseAction }: { entry: AuditEntry; chooseAction: (action: string) => void }) {
  const { at, kind, who, action, outcome, target, details, message, address } = entry;
  const { icon: Icon, means } = KINDS[kind];
  return (
    <Table.Tr>
      <Table.Td style={{ whiteSpace: "nowrap" }}>
        <When at={at} size="sm" />
      </Table.Td>
      <Table.Td>
        <Group gap={6} wrap="nowrap">
          <Tooltip label={means}>
            <Icon size={16} stroke={1.6} aria-label={means} role="img" style={{ flexShrink: 0 }} />
          </Tooltip>
          <Text size="sm" style={{ overflowWrap: "anywhere" }}>
            {who || "–"}
          </Text>
        </Group>
      </Table.Td>
      <Table.Td>
        <Anchor component="button" size="sm" ta="left" onClick={() => chooseAction(action)}>
          {actionInWords(action)}
        </Anchor>
      </Table.Td>
      <Table.Td>
        <Badge variant="light" color={COLORS[outcome]} radius="sm" tt="none" miw="max-content">
          {outcome}
        </Badge>
      </Table.Td>
      <Table.Td style={{ overflowWrap: "anywhere" }}>
        <Group gap={6}>
          {target && <Code>{target}</Code>}
          {details && <Text size="sm">{details}</Text>}
        </Group>
        {message && (
          <Text size="xs" c="dimmed">
            {message}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Text size="xs" c="dimmed" ff="monospace">
          {address || "–"}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
