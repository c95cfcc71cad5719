import { Anchor, Badge, Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import styles from "~/features/components/Components.module.css";
import { type ComponentDetail, useComponent } from "~/features/components/useComponents";
import { AssetLink } from "~/parts/AssetLink";
import { amount } from "~/parts/amounts";
import { EditLink } from "~/parts/EditLink";
import { TextLink } from "~/parts/links";
import { Place } from "~/parts/Place";
import { Problems } from "~/parts/Problems";
import { Wrong } from "~/parts/Wrong";

const route = getRouteApi("/components");

/** A component: what is wrong with it first, then what it declares. */
export function ComponentPanel({ address }: { address: string }) {
  const { data, error, refetch } = useComponent(address);
  return (
    <Stack gap="md">
      <Back />
      {error ? (
        <Wrong error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton height={320} radius="md" />
      ) : (
        <Panel component={data} />
      )}
    </Stack>
  );
}

function Back() {
  const search = route.useSearch();
  return (
    <Anchor
      className={styles.back}
      size="sm"
      renderRoot={(props) => <Link to="/components" search={{ ...search, address: undefined }} {...props} />}
    >
      <Group gap={4}>
        <IconArrowLeft size={14} aria-hidden /> All components
      </Group>
    </Anchor>
  );
}

function Panel({ component }: { component: ComponentDetail }) {
  return (
    <Paper withBorder p="lg">
      <Stack gap="lg">
        <Head component={component} />
        {component.diagnostics.length > 0 && (
          <Section title={component.state === "broken" ? "Why it is broken" : "What is wrong"}>
            <Problems diagnostics={component.diagnostics} />
          </Section>
        )}
        {component.blocks > 0 && (
          <Section title={`Waits for it: ${amount(component.blocks, "asset")}`}>
            <Keys keys={component.blocked} />
          </Section>
        )}
        <Declared component={component} />
      </Stack>
    </Paper>
  );
}

function Head({
  component: { address, type, type_name, summary, state, place },
}: {
  component: ComponentDetail;
}) {
  return (
    <div>
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="sm">
        <Title order={2} style={{ overflowWrap: "anywhere" }}>
          {address}
        </Title>
        <Badge
          color={state === "broken" ? "red" : "green"}
          variant="light"
          radius="sm"
          tt="none"
          style={{ flexShrink: 0 }}
        >
          {state}
        </Badge>
      </Group>
      <Text size="sm" mt={4} component="div">
        {type_name === null ? (
          "A Python module"
        ) : (
          <TextLink to="/types/$name" params={{ name: type_name }} style={{ overflowWrap: "anywhere" }}>
            {type}
          </TextLink>
        )}
      </Text>
      {summary && (
        <Text size="sm" c="dimmed">
          {summary.replaceAll("`", "")}
        </Text>
      )}
      <Group mt="xs" gap="md">
        <Place file={place.file} line={place.line} />
        {place.file !== null && type_name !== null && (
          <EditLink file={place.file} variant="subtle" size="compact-sm" />
        )}
      </Group>
    </div>
  );
}

function Declared({ component }: { component: ComponentDetail }) {
  const {
    asset_list: keys,
    assets,
    kept,
    steps,
    checks,
    schedules,
    sensors,
    jobs,
    verdicts,
    address,
  } = component;
  const others: [string, string[]][] = [
    ["Checks", checks],
    ["Steps", steps],
    ["Schedules", schedules],
    ["Sensors", sensors],
    ["Jobs", jobs],
  ];
  return (
    <>
      {verdicts > 0 && (
        <Text size="sm">
          <TextLink to="/policies" search={{ component: address }}>
            {amount(verdicts, "violation")} of policies
          </TextLink>{" "}
          in what it declares.
        </Text>
      )}
      {keys.length > 0 && (
        <Section
          title={amount(assets || keys.length, "asset")}
          about={kept ? "as they were before it was broken" : ""}
        >
          <Keys keys={keys} />
        </Section>
      )}
      {others
        .filter(([, names]) => names.length > 0)
        .map(([title, names]) => (
          <Section key={title} title={title}>
            <ul className={styles.keys}>
              {names.map((each) => (
                <li key={each}>
                  <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                    {each}
                  </Text>
                </li>
              ))}
            </ul>
          </Section>
        ))}
    </>
  );
}

function Section({ title, about = "", children }: { title: string; about?: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Title order={3} mb={6}>
        {title}{" "}
        {about && (
          <Text span size="sm" c="dimmed" fw={400}>
            {about}
          </Text>
        )}
      </Title>
      {children}
    </section>
  );
}

function Keys({ keys }: { keys: string[] }) {
  return (
    <ul className={styles.keys}>
      {keys.map((each) => (
        <li key={each}>
          <AssetLink assetKey={each} />
        </li>
      ))}
    </ul>
  );
}
