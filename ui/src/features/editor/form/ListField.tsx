import { Button, Stack, TagsInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";

import { assetKeysQuery, type Path } from "~/features/editor/asking";
import { Field } from "~/features/editor/form/Field";
import { useForm } from "~/features/editor/form/FormContext";
import { type Branch, beginningOf, branchesOf, type Schema, spaced } from "~/features/editor/form/schemas";
import { isRecord } from "~/features/editor/texts";

type Props = { id: string; at: Path; label: string; branch: Branch; value: unknown };

/** Several values, one below the other; short texts stand side by side. */
export function ListField({ id, at, label, branch, value }: Props) {
  const { definitions, change } = useForm();
  const items = Array.isArray(value) ? value : [];
  const schema = branch.schema.items ?? {};
  const branches = branchesOf(schema, definitions);
  const [first] = branches;
  const isWords =
    branches.length === 1 && first?.kind === "text" && items.every((each) => typeof each === "string");
  if (isWords && first !== undefined) {
    return (
      <WordList
        {...{ id, label, value: items as string[], schema: first.schema }}
        write={(next) => change(at, next)}
      />
    );
  }
  const what = first?.kind === "model" ? spaced(first.schema.title ?? "item").toLowerCase() : "item";
  return (
    <Stack gap="sm">
      {items.map((each, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the place in the list is what an item is known by
        <Item key={index} {...{ index, what, schema }} at={[...at, index]} value={each} />
      ))}
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconPlus size={14} aria-hidden />}
        style={{ alignSelf: "flex-start" }}
        onClick={() => change([...at, items.length], first === undefined ? "" : beginningOf(first))}
      >
        Add {article(what)} {what}
      </Button>
    </Stack>
  );
}

function article(word: string): string {
  return /^[aeio]/.test(word) ? "an" : "a";
}

type ItemProps = { at: Path; index: number; what: string; schema: Schema; value: unknown };

function Item({ at, index, what, schema, value }: ItemProps) {
  const named = isRecord(value) ? (value.key ?? value.name) : undefined;
  const title = `${spaced(what)} ${index + 1}${typeof named === "string" && named !== "" ? `: ${named}` : ""}`;
  return (
    <Field at={at} label={title} schema={{ ...schema, description: "" }} value={value} required isItem />
  );
}

type WordListProps = {
  id: string;
  label: string;
  value: string[];
  schema: Schema;
  write: (value: unknown) => void;
};

function WordList({ id, label, value, schema, write }: WordListProps) {
  const isAssets = schema.format === "asset-key";
  const { data: keys = [] } = useQuery({ ...assetKeysQuery, enabled: isAssets });
  const [example] = schema.examples ?? [];
  return (
    <TagsInput
      id={id}
      value={value}
      onChange={(next) => write(next.length === 0 ? undefined : next)}
      data={isAssets ? keys : []}
      limit={30}
      splitChars={[]}
      acceptValueOnBlur
      clearButtonProps={{ "aria-label": `Empty ${label}` }}
      placeholder={
        value.length > 0 ? "" : typeof example === "string" ? `for example ${example}` : "Type, then Enter"
      }
    />
  );
}
