import { Accordion, Group, SegmentedControl, Stack, Table, Text } from "@mantine/core";
import { IconAlertCircle, IconBox } from "@tabler/icons-react";
import { useState } from "react";
import { Attributes } from "~/features/types/Attributes";
import { SectionTitle } from "~/features/types/SectionTitle";
import type { TypeDetail } from "~/features/types/useTypes";
import { Variables } from "~/features/types/Variables";
import { amount } from "~/parts/amounts";
import { CodeBlock } from "~/parts/CodeBlock";
import { TextLink } from "~/parts/links";
import { Place } from "~/parts/Place";
import { Prose } from "~/parts/Prose";

/** What there is to say of a component type, from what most people want to know to what few do. */
export function TypeSections({ type }: { type: TypeDetail }) {
  const rest = type.description.startsWith(type.summary)
    ? type.description.slice(type.summary.length).trim()
    : type.description;
  return (
    <>
      {rest && <Prose text={rest} />}
      <Examples type={type} />
      <section aria-labelledby="make-one">
        <SectionTitle id="make-one">Make one</SectionTitle>
        <CodeBlock code={type.scaffold} language="text" label="The command" />
        {Object.entries(type.scaffold_params).map(([name, why]) => (
          <Text key={name} size="sm" c="dimmed" mt={6}>
            <Text span ff="monospace" size="xs">
              --{name.replaceAll("_", "-")}
            </Text>{" "}
            {why}
          </Text>
        ))}
      </section>
      <section aria-labelledby="the-attributes">
        <SectionTitle id="the-attributes">Attributes</SectionTitle>
        {type.attribute_list.length > 0 ? (
          <Attributes type={type} />
        ) : (
          <Text size="sm" c="dimmed">
            It has none: `type:` is all that has to be written.
          </Text>
        )}
      </section>
      <TemplateVariables type={type} />
      <OtherNames type={type} />
      <UsedBy type={type} />
      {type.place !== null && (
        <section aria-labelledby="the-source">
          <SectionTitle id="the-source">Source</SectionTitle>
          <Text size="sm" ff="monospace" style={{ overflowWrap: "anywhere" }}>
            {type.target}
          </Text>
          <Place file={type.place.file} line={type.place.line} />
        </section>
      )}
    </>
  );
}

function Examples({ type: { example_texts: examples, least } }: { type: TypeDetail }) {
  const [shown, setShown] = useState("0");
  if (examples.length === 0) {
    return (
      <section aria-labelledby="the-example">
        <SectionTitle id="the-example">What has to be written</SectionTitle>
        <CodeBlock code={least} label="defs.yaml" />
      </section>
    );
  }
  return (
    <section aria-labelledby="the-example">
      <Group justify="space-between" align="flex-start">
        <SectionTitle id="the-example">{examples.length > 1 ? "Examples" : "Example"}</SectionTitle>
        {examples.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label="Which example"
            value={shown}
            onChange={setShown}
            data={examples.map((_, index) => ({
              value: String(index),
              label: index === 0 ? "Minimal" : examples.length > 2 ? `More ${index}` : "More",
            }))}
          />
        )}
      </Group>
      <CodeBlock code={examples[Number(shown)] ?? ""} label="defs.yaml" />
    </section>
  );
}

function TemplateVariables({ type }: { type: TypeDetail }) {
  return (
    <section aria-labelledby="the-templates">
      <SectionTitle id="the-templates">Templates</SectionTitle>
      <Stack gap="sm">
        <Text size="sm">
          Every attribute takes a template where it takes a value: <code>{"{{ … }}"}</code> alone keeps the
          type of what it gives.
        </Text>
        {type.variables.length > 0 && (
          <Variables variables={type.variables} title="Because of this type they may name" />
        )}
        <Accordion variant="contained" radius="md" chevronPosition="left">
          <Accordion.Item value="usual">
            <Accordion.Control>
              <Text size="sm">What every template may name</Text>
            </Accordion.Control>
            <Accordion.Panel>
              <Variables variables={type.usual_variables} title="Everywhere" />
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      </Stack>
    </section>
  );
}

function OtherNames({ type: { aliases, older_forms: older } }: { type: TypeDetail }) {
  if (aliases.length + older.length === 0) return null;
  return (
    <section aria-labelledby="other-names">
      <SectionTitle id="other-names">Other names</SectionTitle>
      {aliases.length > 0 && (
        <Text size="sm">
          Files may also call it{" "}
          {aliases.map((each, index) => (
            <span key={each}>
              {index > 0 && ", "}
              <code style={{ overflowWrap: "anywhere" }}>{each}</code>
            </span>
          ))}
          .
        </Text>
      )}
      {older.length > 0 && (
        <>
          <Text size="sm" mt="sm" mb="xs">
            What was written otherwise once still works, is told, and is rewritten by{" "}
            <code>treadle upgrade</code>:
          </Text>
          <Table.ScrollContainer
            minWidth={360}
            type="native"
            tabIndex={0}
            role="region"
            aria-label="Older forms"
          >
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Once</Table.Th>
                  <Table.Th>Now</Table.Th>
                  <Table.Th>Since</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {older.map((each) => (
                  <Table.Tr key={each.old}>
                    <Table.Td ff="monospace">{each.old}</Table.Td>
                    <Table.Td ff="monospace">{each.new}</Table.Td>
                    <Table.Td>{each.since ?? "–"}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </>
      )}
    </section>
  );
}

function UsedBy({ type: { name, used, used_by: uses } }: { type: TypeDetail }) {
  return (
    <section aria-labelledby="the-used">
      <SectionTitle id="the-used">Used in this project</SectionTitle>
      {used === 0 ? (
        <Text size="sm" c="dimmed">
          By no component yet.
        </Text>
      ) : (
        <Stack gap={4}>
          {uses.map(({ address, state }) => (
            <Group key={address} gap={8} wrap="nowrap">
              {state === "broken" ? (
                <IconAlertCircle size={16} color="var(--mantine-color-red-filled)" aria-label="broken" />
              ) : (
                <IconBox size={16} color="var(--mantine-color-dimmed)" aria-hidden />
              )}
              <TextLink to="/components" search={{ address }} style={{ overflowWrap: "anywhere" }}>
                {address}
              </TextLink>
            </Group>
          ))}
          {used > uses.length && (
            <TextLink to="/components" search={{ type: name }}>
              All {amount(used, "component")}
            </TextLink>
          )}
        </Stack>
      )}
    </section>
  );
}
