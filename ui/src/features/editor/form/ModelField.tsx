import { Button, Menu, Paper, ScrollArea, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { Path } from "~/features/editor/asking";
import { Field } from "~/features/editor/form/Field";
import { useForm } from "~/features/editor/form/FormContext";
import { type FieldOf, fieldsOf } from "~/features/editor/form/fields";
import { resolved, type Schema } from "~/features/editor/form/schemas";
import { firstParagraph } from "~/features/editor/form/Words";
import { isRecord } from "~/features/editor/texts";

type Props = {
  at: Path;
  label: string;
  schema: Schema;
  value: unknown;
  /** The whole form shows all of its fields; nested ones and those beside it what is written, and a way to the rest. */
  kind: "whole" | "nested" | "beside";
};

const FEW = 3; // fields that are shown at once: a menu would hide more than it tidies up

/** The fields of a mapping: those that are written or have to be, and the rest when it is asked for. */
export function ModelField({ at, label, schema, value, kind }: Props) {
  const [asked, setAsked] = useState<readonly string[]>([]);
  const written = isRecord(value) ? value : {};
  const fields = fieldsOf(schema, value);
  const isSmall = kind === "nested" && Object.keys(schema.properties ?? {}).length <= FEW;
  const isAll = kind === "whole" || isSmall;
  const leave = (name: string) => setAsked(asked.filter((each) => each !== name));
  const shown = fields.filter(
    (each) => isAll || each.required || each.name in written || asked.includes(each.name),
  );
  if (!isSmall) shown.sort((one, other) => Number(other.required) - Number(one.required));
  const rest = fields.filter((each) => !shown.includes(each));
  const inside = (
    <Stack gap="md">
      {shown.map((each) => (
        <Field
          key={each.name}
          at={[...at, each.name]}
          label={each.name}
          schema={each.schema}
          value={written[each.name]}
          required={each.required}
          leave={asked.includes(each.name) ? () => leave(each.name) : undefined}
        />
      ))}
      {shown.length === 0 && kind === "nested" && (
        <Text size="sm" c="dimmed">
          Nothing is written yet.
        </Text>
      )}
      {rest.length > 0 && (
        <MoreFields label={label} fields={rest} add={(name) => setAsked([...asked, name])} />
      )}
    </Stack>
  );
  if (kind !== "nested") return inside;
  return (
    <Paper withBorder p="sm" bg="rgb(128 128 128 / 5%)" role="group" aria-label={label}>
      {inside}
    </Paper>
  );
}

type MoreProps = { label: string; fields: FieldOf[]; add: (name: string) => void };

function MoreFields({ label, fields, add }: MoreProps) {
  const { definitions } = useForm();
  return (
    <Menu position="bottom-start" width={320} shadow="md">
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={14} aria-hidden />}
          style={{ alignSelf: "flex-start" }}
          aria-label={`Add a field to ${label}`}
        >
          Add a field
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <ScrollArea.Autosize mah={320} type="auto">
          {fields.map((each) => (
            <Menu.Item key={each.name} onClick={() => add(each.name)}>
              <Text size="sm" fw={500}>
                {each.name}
              </Text>
              <Text size="xs" c="dimmed" lineClamp={2}>
                {firstParagraph(resolved(each.schema, definitions).description ?? "")}
              </Text>
            </Menu.Item>
          ))}
        </ScrollArea.Autosize>
      </Menu.Dropdown>
    </Menu>
  );
}
