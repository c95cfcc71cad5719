import { Button, NativeSelect } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { type ReactNode, useId, useState } from "react";
import type { Path } from "~/features/editor/asking";
import { FormContext, mistakesAt, useForm } from "~/features/editor/form/FormContext";
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
  /** What is shown in the place of the label: in a mapping, the name is written as well. */
  title?: ReactNode;
  /** Whether somebody has asked to write it, and it can be left again. */
  leave?: (() => void) | undefined;
};

const NESTED = new Set(["list", "model", "map"]);
const isNested = (branch: Branch | undefined) => branch !== undefined && NESTED.has(branch.kind);

/** A value of a component: written as what it is, or as a template where that is read. */
export function Field(props: Props) {
  const form = useForm();
  const isVerbatim = resolved(props.schema, form.definitions)["x-verbatim"] === true;
  if (!isVerbatim || !form.takesTemplates) return <Value {...props} />;
  return (
    <FormContext value={{ ...form, takesTemplates: false }}>
      <Value {...props} />
    </FormContext>
  );
}

function Value(props: Props) {
  const { at, label, schema: written, value, required, isItem = false, title, leave } = props;
  const { definitions, mistakes, change } = useForm();
  const id = useId();
  const schema = resolved(written, definitions);
  const branches = branchesOf(written, definitions);
  const branch = branchFor(value, branches);
  const { isTemplate, toggle } = useTemplate(at, value, branch);
  const own = mistakesAt(mistakes, at);
  const isSet = value !== undefined;
  const isLine = title !== undefined && (isTemplate || !isNested(branch));
  const isRemovable = isItem || (isSet && !required) || leave !== undefined;
  const isChoice = branches.length > 1 && !isTemplate && !isLine && (isSet || !isNested(branch));

  const write = (next: unknown) => change(at, next);
  const choose = (next: Branch) => write(beginningOf(next));
  const clear = () => {
    if (isSet) write(undefined);
    leave?.();
  };
  const select = <BranchSelect label={label} branches={branches} branch={branch} choose={choose} />;
  const scalar = { id, label, value, write, wrong: own.length > 0 };

  return (
    <Frame
      id={id}
      label={label}
      about={schema.description ?? ""}
      required={required && !isItem}
      deprecated={schema.deprecated === true}
      mistakes={own}
      template={isTemplate}
      {...(toggle === undefined ? {} : { onTemplate: toggle })}
      onClear={isRemovable ? clear : undefined}
      title={title}
      isLine={isLine}
      beside={isChoice ? select : undefined}
    >
      {isTemplate || branch === undefined ? (
        <TemplateText {...scalar} />
      ) : (
        <Written
          {...{ ...scalar, at, schema, required, branch, branches, choose }}
          isOpen={required || leave !== undefined}
        />
      )}
    </Frame>
  );
}

/** Whether a template is written in the place of a value, and what switches that where it can be chosen. */
function useTemplate(at: Path, value: unknown, branch: Branch | undefined) {
  const { takesTemplates, change } = useForm();
  const [isWanted, setWanted] = useState(false);
  if (!takesTemplates) return { isTemplate: false };
  // What is typed into a text may be a template at any moment: the field stays the same one.
  const isInText = hasTemplate(value) && (branch?.kind === "text" || branch?.kind === "any");
  const isTemplate = isWanted || (hasTemplate(value) && !isInText) || branch === undefined;
  const toggle = () => {
    if (isTemplate && hasTemplate(value)) change(at, undefined);
    setWanted(!isTemplate);
  };
  return branch === undefined || isInText ? { isTemplate } : { isTemplate, toggle };
}

type WrittenProps = Props & {
  id: string;
  branch: Branch;
  branches: Branch[];
  isOpen: boolean;
  wrong: boolean;
  write: (value: unknown) => void;
  choose: (branch: Branch) => void;
};

function Written(props: WrittenProps) {
  const { id, at, label, value, isOpen, branch, branches, choose } = props;
  if (!isNested(branch)) return <Scalar {...props} />;
  if (value === undefined && branches.length > 1) {
    return <BranchSelect id={id} label={label} branches={branches} branch={undefined} choose={choose} />;
  }
  if (branch.kind === "list") return <ListField {...{ id, at, label, branch, value }} />;
  if (branch.kind === "map") return <MapField {...{ at, label, branch, value }} />;
  if (value === undefined && !isOpen) {
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
  return <ModelField {...{ at, label, value }} schema={branch.schema} kind="nested" />;
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
      miw={104}
      style={{ flexShrink: 0 }}
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
