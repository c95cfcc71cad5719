import { describe, expect, it } from "vitest";
import { fieldsOf } from "~/features/editor/form/fields";
import { beginningOf, branchesOf, branchFor, placeholderOf, spaced } from "~/features/editor/form/schemas";

const definitions = {
  Daily: { type: "object", properties: { type: { const: "daily" }, start: { type: "string" } } },
  Static: { type: "object", properties: { type: { const: "static" }, keys: { type: "array" } } },
};
const template = { type: "string", title: "Template", pattern: "{{" };

describe("branches", () => {
  it("leave out nothing and templates, which every field takes", () => {
    const schema = { anyOf: [{ type: "integer" }, template, { type: "null" }] };
    expect(branchesOf(schema, {}).map((each) => each.kind)).toEqual(["integer"]);
  });

  it("of models are named by what tells them apart, and are found by it", () => {
    const schema = { oneOf: [{ $ref: "#/$defs/Daily" }, { $ref: "#/$defs/Static" }] };
    const branches = branchesOf(schema, definitions);
    expect(branches.map((each) => each.label)).toEqual(["daily", "static"]);
    expect(branchFor({ type: "static" }, branches)?.label).toBe("static");
    expect(beginningOf(branches[1] ?? { kind: "any", schema: {}, label: "" })).toEqual({ type: "static" });
  });

  it("are found by the kind of the value", () => {
    const branches = branchesOf({ anyOf: [{ type: "string" }, { type: "array" }, { type: "boolean" }] }, {});
    expect(branchFor(["a"], branches)?.kind).toBe("list");
    expect(branchFor(true, branches)?.kind).toBe("boolean");
    expect(branchFor(undefined, branches)?.kind).toBe("text");
  });

  it("of texts and numbers are one field, as long as nothing more is said of them", () => {
    const tag = { anyOf: [{ type: "string" }, { type: "boolean" }, { type: "integer" }, { type: "number" }] };
    expect(branchesOf(tag, {}).map((each) => each.kind)).toEqual(["any"]);
    const key = { anyOf: [{ type: "string", format: "asset-key" }, { type: "integer" }] };
    expect(branchesOf(key, {}).map((each) => each.kind)).toEqual(["text", "integer"]);
    expect(branchesOf({}, {}).map((each) => each.kind)).toEqual(["any", "list", "map"]);
  });

  it("say the same text once", () => {
    const schema = { anyOf: [{ type: "string", format: "automation" }, { type: "string" }] };
    expect(branchesOf(schema, {})).toHaveLength(1);
  });
});

describe("fields", () => {
  const schema = {
    properties: {
      group: { type: "string" },
      group_name: { type: "string", "x-alias-of": "group" },
      old: { type: "string", deprecated: true },
      type: { const: "daily" },
    },
    required: ["group"],
  };

  it("are shown once, under the name that is written", () => {
    expect(fieldsOf(schema, { type: "daily" }).map((each) => each.name)).toEqual(["group"]);
    expect(fieldsOf(schema, { type: "daily", group_name: "x" }).map((each) => each.name)).toEqual([
      "group_name",
    ]);
    expect(fieldsOf(schema, { type: "daily", old: "x" }).map((each) => each.name)).toEqual(["group", "old"]);
  });
});

it("an empty field says what it is when it stays empty", () => {
  expect(placeholderOf({ default: false })).toBe("no (default)");
  expect(placeholderOf({ examples: ["raw/orders"] })).toBe("for example raw/orders");
});

it("names become words", () => {
  expect(spaced("DailyPartitionsAttributes")).toBe("Daily partitions");
});
