import { ActionIcon, Button, Code, Group, Stack, Text, TextInput, Tooltip } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import type { Path } from "~/features/editor/asking";
import { useForm } from "~/features/editor/form/FormContext";
import { type Branch, branchesOf, type Schema } from "~/features/editor/form/schemas";
import { useTyped } from "~/features/editor/form/useTyped";
import { isRecord } from "~/features/editor/texts";

type Props = { at: Path; label: string; branch: Branch; value: unknown };

/** Names and values, a line each; what is more than a word is left to the YAML. */
export function MapField({ at, label, branch, value }: Props) {
  const { change } = useForm();
  const [hasNew, setNew] = useState(false);
  const entries = Object.entries(isRecord(value) ? value : {});
  if (value !== undefined && !isRecord(value)) return <InYaml value={value} />;
  const rename = (index: number, name: string) =>
    change(
      at,
      Object.fromEntries(entries.map(([was, each], number) => [number === index ? name : was, each])),
    );
  return (
    <Stack gap={6}>
      {entries.map(([name, each], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a name is what is edited here
        <Group key={index} gap="xs" wrap="nowrap" align="flex-start">
          <Name label={label} name={name} write={(next) => rename(index, next)} />
          <Value
            label={`${label}: ${name}`}
            value={each}
            {...{ branch }}
            write={(next) => change([...at, name], next)}
          />
          <Tooltip label="Take it out">
            <ActionIcon
              variant="subtle"
              color="gray"
              mt={4}
              onClick={() => change([...at, name], undefined)}
              aria-label={`Take out ${name} of ${label}`}
            >
              <IconTrash size={14} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </Group>
      ))}
      {hasNew && (
        <Name
          label={label}
          name=""
          write={(next) => {
            setNew(false);
            if (next !== "" && !entries.some(([name]) => name === next)) change([...at, next], "");
          }}
        />
      )}
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconPlus size={14} aria-hidden />}
        style={{ alignSelf: "flex-start" }}
        disabled={hasNew}
        onClick={() => setNew(true)}
      >
        Add a name
      </Button>
    </Stack>
  );
}

function Name({ label, name, write }: { label: string; name: string; write: (name: string) => void }) {
  const [typed, setTyped] = useState<string | null>(null);
  const leave = () => {
    if (typed !== null && typed !== name) write(typed.trim());
    setTyped(null);
  };
  return (
    <TextInput
      value={typed ?? name}
      placeholder="name"
      aria-label={`Name in ${label}`}
      autoFocus={name === ""}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={leave}
      onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
      style={{ flex: "0 1 40%", minWidth: 0 }}
    />
  );
}

type ValueProps = { label: string; branch: Branch; value: unknown; write: (value: unknown) => void };

function Value({ label, branch, value, write }: ValueProps) {
  const { definitions } = useForm();
  const inner = branch.schema.additionalProperties;
  const kinds = isRecord(inner) ? branchesOf(inner as Schema, definitions).map((each) => each.kind) : ["any"];
  const onlyText = kinds.every((each) => each === "text" || each === "choice");
  const text = typeof value === "string" ? value : value === null ? "" : JSON.stringify(value);
  const typed = useTyped(text, (next) => write(onlyText ? next : plainly(next)));
  if (typeof value === "object" && value !== null) return <InYaml value={value} />;
  return (
    <TextInput
      {...typed}
      onChange={(event) => typed.onChange(event.currentTarget.value)}
      placeholder="value"
      aria-label={`Value of ${label}`}
      style={{ flex: 1, minWidth: 0 }}
    />
  );
}

/** What somebody means who types a number, or yes and no as YAML has them. */
function plainly(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  return /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(text) ? Number(text) : text;
}

/** A value that a form has no field for. */
export function InYaml({ value }: { value: unknown }) {
  return (
    <div style={{ flex: 1, minWidth: 0 }}>
      <Code block style={{ maxHeight: 140, overflow: "auto" }}>
        {JSON.stringify(value, null, 1)}
      </Code>
      <Text size="xs" c="dimmed" mt={2}>
        This is edited in the YAML.
      </Text>
    </div>
  );
}
