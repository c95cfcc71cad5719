import { Stack, TagsInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { assetKeysQuery, type Path } from "~/features/editor/asking";
import { AddOne } from "~/features/editor/form/AddOne";
import { Field } from "~/features/editor/form/Field";
import { useForm } from "~/features/editor/form/FormContext";
import { nameOf } from "~/features/editor/form/fields";
import { type Branch, beginningOf, branchesOf, type Schema, spaced } from "~/features/editor/form/schemas";

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
  const isOne = branches.length === 1 && first?.kind === "model";
  const what = isOne ? spaced(first.schema.title ?? "item").toLowerCase() : "item";
  return (
    <Stack gap="sm">
      {items.map((each, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the place in the list is what an item is known by
        <Item key={index} {...{ index, what, schema, branches }} at={[...at, index]} value={each} />
      ))}
      <AddOne
        label={`Add ${article(what)} ${what}`}
        to={label}
        branches={branches}
        add={(chosen) => change([...at, items.length], chosen === undefined ? "" : beginningOf(chosen))}
      />
    </Stack>
  );
}

function article(word: string): string {
  return /^[aeio]/.test(word) ? "an" : "a";
}

type ItemProps = {
  at: Path;
  index: number;
  what: string;
  schema: Schema;
  branches: readonly Branch[];
  value: unknown;
};

function Item({ at, index, what, schema, branches, value }: ItemProps) {
  const named = nameOf(value, branches);
  const title = `${spaced(what)} ${index + 1}${named === "" ? "" : `: ${named}`}`;
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
