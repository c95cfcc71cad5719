import { isRecord } from "~/features/editor/texts";

/** A JSON Schema, as far as component types say it. */
export type Schema = {
  readonly [name: string]: unknown;
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly deprecated?: boolean;
  readonly $ref?: string;
};

/** The schemas that others refer to. */
export type Definitions = Readonly<Record<string, Schema>>;

export type Kind = "text" | "integer" | "number" | "boolean" | "choice" | "list" | "model" | "map" | "any";

/** One of the ways in which a value can be written. */
export type Branch = { kind: Kind; schema: Schema; label: string };

const DEEPEST = 20;

/** What a schema says of a place, with what its references lead to. */
export function resolved(schema: Schema, definitions: Definitions): Schema {
  let found = schema;
  for (let depth = 0; found.$ref !== undefined && depth < DEEPEST; depth++) {
    const { $ref, ...own } = found;
    found = { ...definitions[$ref.replace("#/$defs/", "")], ...own };
  }
  return found;
}

/** The ways in which a value can be written, without nothing at all and without templates: every field takes those. */
export function branchesOf(schema: Schema, definitions: Definitions, depth = 0): Branch[] {
  const found = resolved(schema, definitions);
  const inner = found.anyOf ?? found.oneOf;
  if (inner !== undefined && depth < DEEPEST) {
    return asWord(distinct(inner.flatMap((each) => branchesOf(each, definitions, depth + 1))));
  }
  if (Array.isArray(found.type)) {
    const types = found.type as readonly string[];
    return asWord(distinct(types.flatMap((type) => branchesOf({ ...found, type }, definitions, depth + 1))));
  }
  if (found.type === "null" || isTemplate(found)) return [];
  const kind = kindOf(found);
  if (kind === "any") return anything(found);
  return [{ kind, schema: found, label: labelOf(kind, found) }];
}

/** What can be written where a schema says nothing: a word, several of them, words with names. */
function anything(schema: Schema): Branch[] {
  const kinds: readonly Kind[] = ["any", "list", "map"];
  return kinds.map((kind) => ({ kind, schema, label: WORDS[kind] }));
}

/** What the values of a mapping have to be, whatever their names are. */
export function valuesOf(schema: Schema): Schema {
  return isRecord(schema.additionalProperties) ? (schema.additionalProperties as Schema) : {};
}

/** Texts and numbers are typed into one field, where nothing more is said of them. */
function asWord(branches: Branch[]): Branch[] {
  const [text] = branches.filter(({ kind, schema }) => kind === "text" && schema.format === undefined);
  const isWord =
    branches.every(({ kind }) => PLAIN.has(kind)) && branches.some(({ kind }) => NUMBERS.has(kind));
  if (text === undefined || !isWord) return branches;
  return [{ kind: "any", schema: text.schema, label: WORDS.any }];
}

const NUMBERS: ReadonlySet<Kind> = new Set(["integer", "number"]);
const PLAIN: ReadonlySet<Kind> = new Set(["text", "boolean", ...NUMBERS]);

/** Whether only templates can be written in a place. */
export function isTemplate(schema: Schema): boolean {
  return "x-record" in schema || (schema.type === "string" && schema.title === "Template");
}

function distinct(branches: Branch[]): Branch[] {
  const texts = branches.filter((each) => each.kind === "text");
  const unique = branches.filter((each, index) => {
    if (each.kind === "text") return each === texts[0];
    return branches.findIndex((other) => other.label === each.label && other.kind === each.kind) === index;
  });
  return unique;
}

function kindOf(schema: Schema): Kind {
  if (schema.enum !== undefined || schema.const !== undefined) return "choice";
  switch (schema.type) {
    case "boolean":
    case "integer":
    case "number":
      return schema.type;
    case "string":
      return "text";
    case "array":
      return "list";
    case "object":
      return schema.properties !== undefined ? "model" : "map";
    default:
      return schema.properties !== undefined ? "model" : "any";
  }
}

const WORDS: Record<Kind, string> = {
  text: "Text",
  integer: "Whole number",
  number: "Number",
  boolean: "Yes or no",
  choice: "Choice",
  list: "List",
  model: "Fields",
  map: "Names and values",
  any: "Text or number",
};

function labelOf(kind: Kind, schema: Schema): string {
  if (kind === "model") {
    const named = Object.values(schema.properties ?? {}).find((each) => each.const !== undefined)?.const;
    return named === undefined ? spaced(schema.title ?? WORDS.model) : String(named);
  }
  return WORDS[kind];
}

/** A name in words: `DailyPartitionsAttributes` is "Daily partitions". */
export function spaced(name: string): string {
  const words = name
    .replace(/Attributes$/, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ")
    .toLowerCase()
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The values that a choice is between. */
export function choicesOf(schema: Schema): unknown[] {
  return schema.enum !== undefined ? [...schema.enum] : schema.const !== undefined ? [schema.const] : [];
}

/** The branch that a value is written in; the first when none fits, or nothing is written. */
export function branchFor(value: unknown, branches: readonly Branch[]): Branch | undefined {
  const scores = branches.map(({ kind, schema }) => FITS[kind](value, schema));
  const best = Math.max(...scores);
  return branches[scores.indexOf(best)];
}

const FITS: Record<Kind, (value: unknown, schema: Schema) => number> = {
  boolean: (value) => (typeof value === "boolean" ? 3 : 0),
  integer: (value) => (Number.isInteger(value) ? 3 : 0),
  number: (value) => (typeof value === "number" ? 2 : 0),
  choice: (value, schema) => (choicesOf(schema).includes(value) ? 4 : 0),
  text: (value) => (typeof value === "string" ? 2 : 0),
  list: (value) => (Array.isArray(value) ? 3 : 0),
  map: (value) => (isRecord(value) ? 1 : 0),
  model: (value, schema) => (isRecord(value) ? fitOfModel(value, schema) : 0),
  any: (value) => (value === undefined || typeof value === "object" ? 0 : 1),
};

function fitOfModel(value: Record<string, unknown>, schema: Schema): number {
  const properties = schema.properties ?? {};
  for (const [name, each] of Object.entries(properties)) {
    if (each.const !== undefined && value[name] !== undefined && value[name] !== each.const) return 0.1;
  }
  const names = Object.keys(value);
  const known = names.filter((each) => each in properties).length;
  const named = Object.entries(properties).some(
    ([name, each]) => each.const !== undefined && value[name] === each.const,
  );
  return 1 + (names.length === 0 ? 0 : known / names.length) + (named ? 2 : 0);
}

/** What a branch begins with when somebody chooses it. */
export function beginningOf({ kind, schema }: Branch): unknown {
  switch (kind) {
    case "boolean":
      return true;
    case "integer":
    case "number":
      return typeof schema.minimum === "number" ? schema.minimum : 0;
    case "choice":
      return choicesOf(schema)[0];
    case "list":
      return [];
    case "map":
      return {};
    case "model":
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([, each]) => each.const !== undefined)
          .map(([name, each]) => [name, each.const]),
      );
    default:
      return "";
  }
}

/** Whether a value is a template, or has one in it. */
export function hasTemplate(value: unknown): value is string {
  return typeof value === "string" && value.includes("{{");
}

/** What an empty field shows: its default, or an example. */
export function placeholderOf(schema: Schema): string {
  if (schema.default !== undefined && schema.default !== null && schema.default !== "") {
    return `${shown(schema.default)} (default)`;
  }
  const [example] = schema.examples ?? [];
  return example === undefined ? "" : `for example ${shown(example)}`;
}

/** A value in a few words. */
export function shown(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
