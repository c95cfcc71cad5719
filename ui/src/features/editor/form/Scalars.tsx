import { Autocomplete, NumberInput, SegmentedControl, Select, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { assetKeysQuery } from "~/features/editor/asking";
import {
  type Branch,
  choicesOf,
  hasTemplate,
  placeholderOf,
  type Schema,
  shown,
} from "~/features/editor/form/schemas";
import { useTyped } from "~/features/editor/form/useTyped";

type Props = {
  id: string;
  label: string;
  branch: Branch;
  /** What the place says, with its default. */
  schema: Schema;
  value: unknown;
  required: boolean;
  wrong: boolean;
  write: (value: unknown) => void;
};

const CODE = { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13 };
const LONG = /^(description|sql|sql_template|query|code|text|message)$/;

/** A value that is one word, one number, one choice. */
export function Scalar(props: Props) {
  switch (props.branch.kind) {
    case "boolean":
      return <YesOrNo {...props} />;
    case "choice":
      return <Choice {...props} />;
    case "integer":
    case "number":
      return <Numeric {...props} />;
    case "any":
      return <PlainText {...props} write={(next) => props.write(meant(next))} />;
    default:
      return props.branch.schema.format === "asset-key" ? (
        <AssetKeyText {...props} />
      ) : (
        <PlainText {...props} />
      );
  }
}

function YesOrNo({ label, schema, value, required, write }: Props) {
  const plain = typeof schema.default === "boolean" ? `Default (${shown(schema.default)})` : "Not set";
  const data = [
    ...(required ? [] : [{ label: plain, value: "" }]),
    { label: "Yes", value: "yes" },
    { label: "No", value: "no" },
  ];
  return (
    <SegmentedControl
      size="xs"
      data={data}
      value={typeof value === "boolean" ? shown(value) : required ? "no" : ""}
      onChange={(next) => write(next === "" ? undefined : next === "yes")}
      aria-label={label}
      style={{ alignSelf: "flex-start" }}
    />
  );
}

function Choice({ id, branch, schema, value, required, wrong, write }: Props) {
  const choices = choicesOf(branch.schema);
  return (
    <Select
      id={id}
      data={choices.map((each) => ({ value: JSON.stringify(each), label: shown(each) }))}
      value={value === undefined ? null : JSON.stringify(value)}
      placeholder={placeholderOf(schema) || "Not set"}
      clearable={!required}
      error={wrong}
      onChange={(next) => write(next === null ? undefined : JSON.parse(next))}
    />
  );
}

function Numeric({ id, branch, schema, value, wrong, write }: Props) {
  const typed = useTyped(typeof value === "number" ? String(value) : "", (next) => {
    const number = Number(next);
    write(next === "" || Number.isNaN(number) ? undefined : number);
  });
  return (
    <NumberInput
      id={id}
      {...typed}
      onChange={(next) => typed.onChange(String(next))}
      allowDecimal={branch.kind === "number"}
      placeholder={placeholderOf(schema)}
      error={wrong}
      hideControls
    />
  );
}

function PlainText({ id, label, branch, schema, value, required, wrong, write }: Props) {
  const text = typeof value === "string" ? value : value === undefined || value === null ? "" : String(value);
  const typed = useTyped(text, (next) => write(next === "" && !required ? undefined : next));
  const shared = {
    id,
    ...typed,
    error: wrong,
    placeholder: placeholderOf(schema) || placeholderOf(branch.schema),
  };
  if (text.includes("\n") || LONG.test(label)) {
    return (
      <Textarea
        {...shared}
        onChange={(event) => typed.onChange(event.currentTarget.value)}
        autosize
        minRows={label === "description" ? 2 : 3}
        maxRows={14}
      />
    );
  }
  return (
    <TextInput
      {...shared}
      onChange={(event) => typed.onChange(event.currentTarget.value)}
      {...(hasTemplate(text) ? { styles: { input: CODE } } : {})}
    />
  );
}

/** What somebody means who types a number, or yes and no as YAML has them. */
function meant(text: unknown): unknown {
  if (text === "true" || text === "false") return text === "true";
  return typeof text === "string" && /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(text) ? Number(text) : text;
}

function AssetKeyText({ id, schema, value, required, wrong, write }: Props) {
  const { data: keys = [] } = useQuery(assetKeysQuery);
  const typed = useTyped(typeof value === "string" ? value : "", (next) =>
    write(next === "" && !required ? undefined : next),
  );
  return (
    <Autocomplete
      id={id}
      {...typed}
      data={keys}
      limit={30}
      error={wrong}
      placeholder={placeholderOf(schema)}
    />
  );
}

/** A template in the place of any value. */
export function TemplateText({ id, value, wrong, write }: Pick<Props, "id" | "value" | "wrong" | "write">) {
  const typed = useTyped(typeof value === "string" ? value : "", (next) =>
    write(next.trim() === "" ? undefined : next),
  );
  return (
    <TextInput
      id={id}
      {...typed}
      onChange={(event) => typed.onChange(event.currentTarget.value)}
      placeholder="{{ env.NAME }}"
      error={wrong}
      styles={{ input: CODE }}
    />
  );
}
