import { Button, Menu, Paper, ScrollArea, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { Path } from "~/features/editor/asking";
import { Field } from "~/features/editor/form/Field";
import { useForm } from "~/features/editor/form/FormContext";
import { type FieldOf, fieldsOf, resolved, type Schema } from "~/features/editor/form/schemas";
import { firstParagraph } from "~/features/editor/form/Words";
import { isRecord } from "~/features/editor/texts";

type Props = { at: Path; schema: Schema; value: unknown; isNested?: boolean };

/** The fields of a mapping. Nested ones show what is written or has to be, and the rest when it is asked for. */
export function ModelField({ at, schema, value, isNested = false }: Props) {
  const [asked, setAsked] = useState<readonly string[]>([]);
  const written = isRecord(value) ? value : {};
  const fields = fieldsOf(schema, value);
  const shown = fields
    .filter((each) => !isNested || each.required || each.name in written || asked.includes(each.name))
    .sort((one, other) => Number(other.required) - Number(one.required));
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
        />
      ))}
      {shown.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing is written yet.
        </Text>
      )}
      {rest.length > 0 && <MoreFields fields={rest} add={(name) => setAsked([...asked, name])} />}
    </Stack>
  );
  if (!isNested) return inside;
  return (
    <Paper withBorder p="sm" bg="rgb(128 128 128 / 5%)">
      {inside}
    </Paper>
  );
}

function MoreFields({ fields, add }: { fields: FieldOf[]; add: (name: string) => void }) {
  const { definitions } = useForm();
  return (
    <Menu position="bottom-start" width={320} shadow="md">
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={14} aria-hidden />}
          style={{ alignSelf: "flex-start" }}
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
