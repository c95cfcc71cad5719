import { Badge, Button, Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type LoginSession, sessionsQuery, useLogOut } from "~/features/identity/useIdentity";
import { browserInWords } from "~/features/identity/words";
import { When } from "~/parts/When";
import { Wrong } from "~/parts/Wrong";

/** Where somebody is logged in. */
export function Sessions() {
  const { data, error, refetch } = useQuery(sessionsQuery);
  return (
    <section aria-labelledby="sessions">
      <Title order={2} id="sessions" size="h4" mb="sm">
        Where you are logged in
      </Title>
      {error !== null && <Wrong error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton height={70} />}
      <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: "none" }}>
        {data?.items.map((session) => (
          <li key={session.id}>
            <SessionCard session={session} />
          </li>
        ))}
      </Stack>
    </section>
  );
}

function SessionCard({ session }: { session: LoginSession }) {
  const { id, is_this, browser, address, created_at, seen_at, expires_at } = session;
  const { mutate, isPending } = useLogOut();
  return (
    <Paper withBorder px="md" py="sm">
      <Group justify="space-between" gap="sm">
        <div style={{ minWidth: 0 }}>
          <Group gap="xs">
            <Text size="sm" fw={600} title={browser} style={{ overflowWrap: "anywhere" }}>
              {browserInWords(browser)}
            </Text>
            {is_this && (
              <Badge size="sm" variant="light" radius="sm" tt="none">
                this browser
              </Badge>
            )}
          </Group>
          <Text size="xs" c="dimmed">
            from {address} · logged in <When at={created_at} span inherit /> · seen{" "}
            <When at={seen_at} span inherit /> · until <When at={expires_at} span inherit />
          </Text>
        </div>
        <Button
          size="compact-sm"
          variant="default"
          loading={isPending}
          onClick={() => mutate(is_this ? "this" : id)}
        >
          Log out
        </Button>
      </Group>
    </Paper>
  );
}
