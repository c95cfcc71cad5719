import { Alert, Divider, Group, SegmentedControl, Skeleton, Stack, Text } from "@mantine/core";
import { IconCode, IconInfoCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { documentQuery, type Mistake, type Path, typeQuery } from "~/features/editor/asking";
import { type Form, FormContext, mistakesAt } from "~/features/editor/form/FormContext";
import { ModelField } from "~/features/editor/form/ModelField";
import type { Definitions, Schema } from "~/features/editor/form/schemas";
import { firstParagraph, Words } from "~/features/editor/form/Words";
import { isRecord } from "~/features/editor/texts";
import type { Draft } from "~/features/editor/useDraft";
import { TextLink } from "~/parts/links";
import { Wrong } from "~/parts/Wrong";

const ELSEWHERE = new Set(["type", "attributes"]);

/** The components of a file as forms, one at a time. */
export function ComponentForm({ draft }: { draft: Draft }) {
  const [chosen, choose] = useState(0);
  const documents = draft.diagnosis?.documents ?? [];
  const index = Math.min(chosen, Math.max(documents.length - 1, 0));
  const document = documents[index];
  if (draft.diagnosis === undefined) return <Waiting />;
  if (!draft.diagnosis.readable && draft.isCurrent) {
    return (
      <Alert variant="light" color="yellow" icon={<IconCode aria-hidden />} title="The YAML can't be read">
        The form is here again when what is wrong with the YAML is mended.
      </Alert>
    );
  }
  if (document === undefined) {
    return <Text c="dimmed">There is no component in this file: write its type in the YAML.</Text>;
  }
  return (
    <Stack gap="md">
      {documents.length > 1 && (
        <SegmentedControl
          size="xs"
          aria-label="Component of the file"
          value={String(index)}
          onChange={(next) => choose(Number(next))}
          data={documents.map((each) => ({
            value: String(each.index),
            label: `${each.index + 1}. ${each.type.split(".").at(-1) || "no type"}`,
          }))}
        />
      )}
      {document.known === "" ? (
        <Alert
          variant="light"
          color="yellow"
          icon={<IconInfoCircle aria-hidden />}
          title="There is no such type"
        >
          {document.type === ""
            ? "The component says no type."
            : `No component type is named ${document.type}.`}{" "}
          Write its name in the YAML.
        </Alert>
      ) : (
        <TypedForm key={`${index} ${document.known}`} draft={draft} index={index} type={document.known} />
      )}
    </Stack>
  );
}

function TypedForm({ draft, index, type }: { draft: Draft; index: number; type: string }) {
  const { data: about, error, refetch } = useQuery(typeQuery(type));
  if (error) return <Wrong error={error} retry={() => void refetch()} />;
  if (about === undefined) return <Waiting />;
  const schema = about.attributes as Schema;
  const mistakes = (draft.diagnosis?.mistakes ?? []).filter((each) => each.document === index);
  const value = draft.saidBy(index);
  const written = isRecord(value) ? value : {};
  const form = {
    definitions: (schema.$defs ?? {}) as Definitions,
    mistakes,
    takesTemplates: true,
    change: (at: Path, next: unknown) => draft.change({ document: index, at, value: next }),
    rename: (at: Path, name: string) => draft.change({ document: index, at, name }),
  };
  return (
    <FormContext value={form}>
      <Stack gap={2}>
        <Group gap={8} justify="space-between" align="baseline">
          <Text fw={650} style={{ overflowWrap: "anywhere" }}>
            {about.name}
          </Text>
          <TextLink to="/types/$name" params={{ name: about.name }} size="xs">
            About this type
          </TextLink>
        </Group>
        {about.description !== "" && <Words size="sm">{firstParagraph(about.description)}</Words>}
      </Stack>
      <General mistakes={[...mistakesAt(mistakes, ["attributes"]), ...mistakesAt(mistakes, [])]} />
      <ModelField
        at={["attributes"]}
        label="attributes"
        schema={schema}
        value={written.attributes}
        kind="whole"
      />
      <Beside form={form} value={written} />
    </FormContext>
  );
}

/** What a component says beside its attributes: it is the same for all types. */
function Beside({ form, value }: { form: Form; value: Record<string, unknown> }) {
  const { data: found, error, refetch } = useQuery(documentQuery);
  if (error) return <Wrong error={error} retry={() => void refetch()} />;
  if (found === undefined) return null;
  const schema = found.document as Schema;
  return (
    <FormContext value={{ ...form, definitions: (schema.$defs ?? {}) as Definitions }}>
      <Divider mt="sm" label="Beside the attributes" labelPosition="left" />
      <ModelField at={[]} label="the component" schema={without(schema)} value={value} kind="beside" />
    </FormContext>
  );
}

function without(schema: Schema): Schema {
  const fields = Object.entries(schema.properties ?? {}).filter(([name]) => !ELSEWHERE.has(name));
  return { ...schema, properties: Object.fromEntries(fields), required: [] };
}

/** What is wrong with the component as a whole. */
function General({ mistakes }: { mistakes: Mistake[] }) {
  if (mistakes.length === 0) return null;
  return (
    <Alert
      variant="light"
      color={mistakes.some((each) => each.severity === "error") ? "red" : "yellow"}
      p="xs"
    >
      {mistakes.map((each) => (
        <Text size="sm" key={`${each.code} ${each.message}`}>
          {each.message}
          {each.fix !== "" && ` – ${each.fix}`}
        </Text>
      ))}
    </Alert>
  );
}

function Waiting() {
  return (
    <Stack gap="lg" role="status" aria-busy="true" aria-label="Loading the form">
      {[1, 2, 3, 4].map((each) => (
        <Stack key={each} gap={6}>
          <Skeleton h={14} w={120} />
          <Skeleton h={36} />
        </Stack>
      ))}
    </Stack>
  );
}
