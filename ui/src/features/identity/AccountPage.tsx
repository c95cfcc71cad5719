import { Alert, Badge, Code, Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconDeviceLaptop } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type Me, meQuery } from "~/api/me";
import { Sessions } from "~/features/identity/Sessions";
import { Tokens } from "~/features/identity/Tokens";
import { reachInWords } from "~/features/identity/words";
import { PageTitle } from "~/parts/PageTitle";
import { Wrong } from "~/parts/Wrong";

/** Who is asking, what they may do, and what lets them and their programs in. */
export function AccountPage() {
  const { data: me, error, refetch } = useQuery(meQuery);
  return (
    <>
      <PageTitle title="Account" about="Who you are here, what you may do, and what lets your programs in." />
      {error !== null && <Wrong error={error} retry={() => void refetch()} />}
      {me === undefined && error === null && <Skeleton height={240} />}
      {me !== undefined && (
        <Stack gap="xl">
          <Roles me={me} />
          {me.mode === "shared" ? (
            <>
              <Tokens me={me} />
              {me.kind === "person" && <Sessions />}
            </>
          ) : (
            <LocalServer />
          )}
        </Stack>
      )}
    </>
  );
}

const MEANINGS = {
  viewer: "sees everything",
  launcher: "launches, stops and repeats runs, switches automations",
  editor: "edits component files, and launches runs",
  admin: "does everything, and reads the audit log",
};

function Roles({ me }: { me: Me }) {
  return (
    <section aria-labelledby="roles">
      <Title order={2} id="roles" size="h4" mb={me.email ? 2 : "sm"}>
        {me.kind === "local" ? "This machine" : me.name}
      </Title>
      {me.email && (
        <Text size="sm" c="dimmed" mb="sm">
          {me.email}
        </Text>
      )}
      <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: "none" }}>
        {me.grants.map((grant) => (
          <li key={`${grant.role} ${reachInWords(grant)}`}>
            <Paper withBorder px="md" py="sm">
              <Group gap="sm" wrap="nowrap" align="baseline">
                <Badge variant="light" radius="sm" tt="none" style={{ flexShrink: 0 }}>
                  {grant.role}
                </Badge>
                <Text size="sm">
                  {MEANINGS[grant.role]}
                  {grant.groups.length + grant.paths.length > 0 && `, in ${reachInWords(grant)}`}
                </Text>
              </Group>
            </Paper>
          </li>
        ))}
      </Stack>
    </section>
  );
}

function LocalServer() {
  return (
    <Alert
      variant="light"
      color="gray"
      icon={<IconDeviceLaptop aria-hidden />}
      title="This server answers one machine"
    >
      <Text size="sm">
        Whoever has the token that it printed when it started may do everything, so there is nobody to log in,
        and there are no API tokens. To let other people use it, say in <Code>[tool.treadle.server]</Code> of
        pyproject.toml who logs them in, and who may do what.
      </Text>
    </Alert>
  );
}
