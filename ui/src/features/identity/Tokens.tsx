import {
  Badge,
  Button,
  Group,
  SegmentedControl,
  Skeleton,
  Table,
  Text,
  Title,
  VisuallyHidden,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Me, reaches } from "~/api/me";
import { NewTokenDialog } from "~/features/identity/NewTokenDialog";
import { RevokeButton } from "~/features/identity/RevokeButton";
import { type ApiToken, tokensQuery } from "~/features/identity/useIdentity";
import { reachInWords } from "~/features/identity/words";
import { Empty } from "~/parts/Empty";
import { When } from "~/parts/When";
import { Wrong } from "~/parts/Wrong";

const COLORS = { good: "green", expired: "gray", revoked: "gray" };

/** What lets programs in. */
export function Tokens({ me }: { me: Me }) {
  const [everybody, setEverybody] = useState(false);
  const [isOpen, { open, close }] = useDisclosure();
  const { data, error, refetch } = useQuery(tokensQuery(everybody));
  return (
    <section aria-labelledby="tokens">
      <Group justify="space-between" mb="sm" gap="sm">
        <Title order={2} id="tokens" size="h4">
          API tokens
        </Title>
        <Group gap="sm">
          {reaches(me.role, "admin") && (
            <SegmentedControl
              size="xs"
              aria-label="Whose tokens"
              value={everybody ? "all" : "mine"}
              onChange={(value) => setEverybody(value === "all")}
              data={[
                { value: "mine", label: "Yours" },
                { value: "all", label: "Everybody's" },
              ]}
            />
          )}
          {me.kind === "person" && (
            <Button size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={open}>
              New token
            </Button>
          )}
        </Group>
      </Group>
      {isOpen && <NewTokenDialog me={me} close={close} />}
      {error !== null && <Wrong error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton height={120} />}
      {data?.items.length === 0 && (
        <Empty title="No API token yet" icon={IconKey}>
          Programs show a token where you show your face: make one for each, with no more rights than it
          needs.
        </Empty>
      )}
      {data !== undefined && data.items.length > 0 && <TokenTable tokens={data.items} me={me} />}
    </section>
  );
}

function TokenTable({ tokens, me }: { tokens: ApiToken[]; me: Me }) {
  return (
    <Table.ScrollContainer minWidth={700} type="native">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Token</Table.Th>
            <Table.Th>May</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th>Last used</Table.Th>
            <Table.Th>Ends</Table.Th>
            <Table.Th pos="relative">
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tokens.map((token) => (
            <Table.Tr key={token.id}>
              <Table.Td>
                <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
                  {token.name}
                </Text>
                {!token.is_mine && (
                  <Text size="xs" c="dimmed">
                    of {token.made_by}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <Text size="sm">{token.role}</Text>
                {token.groups.length + token.paths.length > 0 && (
                  <Text size="xs" c="dimmed">
                    in {reachInWords(token)}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <Badge variant="light" color={COLORS[token.status]} radius="sm" tt="none">
                  {token.status}
                </Badge>
              </Table.Td>
              <Table.Td style={{ whiteSpace: "nowrap" }}>
                {token.seen_at === null ? (
                  <Text size="sm" c="dimmed">
                    never
                  </Text>
                ) : (
                  <When at={token.seen_at} size="sm" />
                )}
              </Table.Td>
              <Table.Td style={{ whiteSpace: "nowrap" }}>
                <When at={token.expires_at} size="sm" />
              </Table.Td>
              <Table.Td ta="right">
                {token.status === "good" && (token.is_mine || reaches(me.role, "admin")) && (
                  <RevokeButton token={token} />
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
