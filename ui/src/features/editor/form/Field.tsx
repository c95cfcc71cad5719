import { Button, NativeSelect } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useId, useState } from "react";
import type { Path } from "~/features/editor/asking";
import { mistakesAt, useForm } from "~/features/editor/form/FormContext";
import { Frame } from "~/features/editor/form/Frame";
import { ListField } from "~/features/editor/form/ListField";
import { MapField } from "~/features/editor/form/MapField";
import { ModelField } from "~/features/editor/form/ModelField";
import { Scalar, TemplateText } from "~/features/editor/form/Scalars";
import {
  type Branch,
  beginningOf,
  branchesOf,
  branchFor,
  hasTemplate,
  resolved,
  type Schema,
} from "~/features/editor/form/schemas";

type Props = {
  at: Path;
  label: string;
  schema: Schema;
  value: unknown;
  required: boolean;
  /** Whether it is in a list, from which it can be taken out. */
  isItem?: boolean;
};

const NESTED = new Set(["list", "model", "map", "any"]);
const isNested = (branch: Branch | undefined) => branch !== undefined && NESTED.has(branch.kind);

/** A value of a component: written as what it is, or as a template. */
export function Field({ at, label, schema: written, value, required, isItem = false }: Props) {
  const { definitions, mistakes, change } = useForm();
  const id = useId();
  const [wantsTemplate, setWantsTemplate] = useState(false);
  const schema = resolved(written, definitions);
  const branches = branchesOf(written, definitions);
  const branch = branchFor(value, branches);
  const own = mistakesAt(mistakes, at);
  const write = (next: unknown) => change(at, next);
  const isText = branch?.kind === "text";
  // What is typed into a text may be a template at any moment: the field stays the same one.
  const isTemplate = wantsTemplate || (hasTemplate(value) && !isText) || branch === undefined;
  const isSet = value !== undefined;

  const isRemovable = isItem || (isSet && !required);
  const select = branches.length > 1 && !isTemplate && (isSet || !isNested(branch));

  const toggle = () => {
    if (isTemplate && hasTemplate(value)) write(undefined);
    setWantsTemplate(!isTemplate);
  };
  const choose = (next: Branch) => write(beginningOf(next));

  return (
    <Frame
      id={id}
      label={label}
      about={schema.description ?? ""}
      required={required && !isItem}
      deprecated={schema.deprecated === true}
      mistakes={own}
      template={isTemplate}
      {...(branch === undefined || (isText && hasTemplate(value)) ? {} : { onTemplate: toggle })}
      onClear={isRemovable ? () => write(undefined) : undefined}
      beside={
        select ? (
          <BranchSelect label={label} branches={branches} branch={branch} choose={choose} />
        ) : undefined
      }
    >
      {isTemplate || branch === undefined ? (
        <TemplateText id={id} value={value} wrong={own.length > 0} write={write} />
      ) : (
        <Written
          {...{ id, at, label, schema, value, required, branch, write, branches, choose }}
          wrong={own.length > 0}
        />
      )}
    </Frame>
  );
}

type WrittenProps = Props & {
  id: string;
  branch: Branch;
  branches: Branch[];
  wrong: boolean;
  write: (value: unknown) => void;
  choose: (branch: Branch) => void;
};

function Written(props: WrittenProps) {
  const { id, at, label, value, required, branch, branches, choose } = props;
  if (!isNested(branch)) return <Scalar {...props} />;
  if (value === undefined && branches.length > 1) {
    return <BranchSelect id={id} label={label} branches={branches} branch={undefined} choose={choose} />;
  }
  if (branch.kind === "list") return <ListField {...{ id, at, label, branch, value }} />;
  if (branch.kind === "map" || branch.kind === "any") return <MapField {...{ at, label, branch, value }} />;
  if (value === undefined && !required) {
    return (
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconPlus size={14} aria-hidden />}
        style={{ alignSelf: "flex-start" }}
        onClick={() => choose(branch)}
      >
        Add {label}
      </Button>
    );
  }
  return <ModelField at={at} schema={branch.schema} value={value} isNested />;
}

type SelectProps = {
  id?: string;
  label: string;
  branches: Branch[];
  branch: Branch | undefined;
  choose: (branch: Branch) => void;
};

/** Which of several ways a value is written in. */
function BranchSelect({ id, label, branches, branch, choose }: SelectProps) {
  return (
    <NativeSelect
      {...(id === undefined ? {} : { id })}
      size="xs"
      aria-label={`Kind of ${label}`}
      data={[
        ...(branch === undefined ? [{ value: "", label: "Not set" }] : []),
        ...branches.map((each, index) => ({ value: String(index), label: each.label })),
      ]}
      value={branch === undefined ? "" : String(branches.indexOf(branch))}
      onChange={(event) => {
        const found = branches[Number(event.currentTarget.value)];
        if (event.currentTarget.value !== "" && found !== undefined) choose(found);
      }}
    />
  );
}
