import { Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Path } from "~/features/editor/asking";
import { AddOne } from "~/features/editor/form/AddOne";
import { Field } from "~/features/editor/form/Field";
import { useForm } from "~/features/editor/form/FormContext";
import { type Branch, beginningOf, branchesOf, valuesOf } from "~/features/editor/form/schemas";
import { isRecord } from "~/features/editor/texts";

type Props = { at: Path; label: string; branch: Branch; value: unknown };

/** Names and values: a line each, or a frame each where a value is more than a word. */
export function MapField({ at, label, branch, value }: Props) {
  const { definitions, change, rename } = useForm();
  const [begun, begin] = useState<{ with: unknown }>();
  const entries = Object.entries(isRecord(value) ? value : {});
  const names = entries.map(([name]) => name);
  const schema = valuesOf(branch.schema);
  const add = (name: string) => {
    begin(undefined);
    if (name !== "") change([...at, name], begun?.with);
  };
  return (
    <Stack gap={10}>
      {entries.map(([name, each], index) => (
        <Field
          // biome-ignore lint/suspicious/noArrayIndexKey: a name is what is edited here, and keeps its place
          key={index}
          at={[...at, name]}
          label={`${name} of ${label}`}
          title={
            <Name
              {...{ label, name }}
              taken={names.filter((other) => other !== name)}
              write={(next) => next !== "" && next !== name && rename([...at, name], next)}
            />
          }
          schema={{ ...schema, description: "" }}
          value={each}
          required
          isItem
        />
      ))}
      {begun && <Name label={label} name="" taken={names} write={add} />}
      <AddOne
        label="Add a name"
        to={label}
        branches={branchesOf(schema, definitions)}
        disabled={begun !== undefined}
        add={(chosen) => begin({ with: chosen === undefined ? "" : beginningOf(chosen) })}
      />
    </Stack>
  );
}

type NameProps = { label: string; name: string; taken: readonly string[]; write: (name: string) => void };

/** The name of a value: it is written when it is left, and only when no other value has it. */
function Name({ label, name, taken, write }: NameProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const next = (typed ?? name).trim();
  const isTaken = taken.includes(next);
  const leave = () => {
    write(isTaken ? name : next);
    setTyped(null);
  };
  return (
    <TextInput
      value={typed ?? name}
      placeholder="name"
      aria-label={`Name in ${label}`}
      autoFocus={name === ""}
      error={isTaken && "There is one already"}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={leave}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key === "Escape") setTyped(null);
      }}
    />
  );
}
