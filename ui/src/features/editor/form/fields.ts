import { type Branch, branchFor, type Schema } from "~/features/editor/form/schemas";
import { isRecord } from "~/features/editor/texts";

/** What tells a value from others: its key, its name, or whatever its first field has in it. */
export function nameOf(value: unknown, branches: readonly Branch[]): string {
  if (!isRecord(value)) return "";
  const [first = ""] = Object.keys(branchFor(value, branches)?.schema.properties ?? {});
  const found = value.key ?? value.name ?? value[first];
  return typeof found === "string" ? found : "";
}

/** A field of a model. */
export type FieldOf = { name: string; schema: Schema; required: boolean };

/** The fields of a model in their order; other names of a field and old ones only where they are written. */
export function fieldsOf(schema: Schema, value: unknown): FieldOf[] {
  const written = isRecord(value) ? value : {};
  return Object.entries(schema.properties ?? {})
    .filter(
      ([name, each]) =>
        name in written || !(each.deprecated || "x-alias-of" in each || "x-deprecated" in each),
    )
    .filter(([name, each]) => each.const === undefined || !(name in written) || written[name] !== each.const)
    .filter(([name, each]) => name in written || !otherIsWritten(name, schema, written, each))
    .map(([name, each]) => ({ name, schema: each, required: (schema.required ?? []).includes(name) }));
}

function otherIsWritten(
  name: string,
  schema: Schema,
  written: Record<string, unknown>,
  each: Schema,
): boolean {
  if (each.const !== undefined) return false;
  return Object.entries(schema.properties ?? {}).some(
    ([other, about]) => about["x-alias-of"] === name && other in written,
  );
}
