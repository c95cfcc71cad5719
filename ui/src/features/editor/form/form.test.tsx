import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, describe, expect, it } from "vitest";
import type { Change } from "~/features/editor/asking";
import { FormContext } from "~/features/editor/form/FormContext";
import { ModelField } from "~/features/editor/form/ModelField";
import type { Definitions, Schema } from "~/features/editor/form/schemas";
import { changed } from "~/features/editor/texts";

const definitions: Definitions = {
  Rule: {
    type: "object",
    title: "Rule",
    properties: {
      target: { type: "string", default: "*" },
      attributes: { type: "object", properties: { tags: { type: "object", additionalProperties: true } } },
    },
    required: ["attributes"],
  },
  Daily: { type: "object", properties: { type: { const: "daily" }, start: { type: "string" } } },
  Fixed: {
    type: "object",
    properties: { type: { const: "fixed" }, keys: { type: "array", items: { $ref: "#/$defs/Rule" } } },
  },
};

/** A form over a value, which keeps the changes that it is asked for. */
function Trial({ schema, value, changes }: { schema: Schema; value: unknown; changes: Change[] }) {
  const [now, set] = useState(value);
  const make = (change: Change) => {
    changes.push(change);
    set((before: unknown) => changed(before, change));
  };
  const form = {
    definitions,
    mistakes: [],
    takesTemplates: true,
    change: (at: Change["at"], next: unknown) => make({ document: 0, at, value: next }),
    rename: (at: Change["at"], name: string) => make({ document: 0, at, name }),
  };
  return (
    <FormContext value={form}>
      <ModelField at={[]} label="it" schema={schema} value={now} kind="whole" />
    </FormContext>
  );
}

function show(properties: Record<string, Schema>, value: unknown) {
  const changes: Change[] = [];
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MantineProvider env="test">
        <Trial schema={{ type: "object", properties }} value={value} changes={changes} />
      </MantineProvider>
    </QueryClientProvider>,
  );
  return { changes, user: userEvent.setup() };
}

afterEach(cleanup);

describe("a mapping", () => {
  const looms = {
    additionalProperties: { oneOf: [{ $ref: "#/$defs/Daily" }, { $ref: "#/$defs/Fixed" }] },
    type: "object",
  };

  it("of models gets an entry of the kind that is chosen, whose fields are fields", async () => {
    const { changes, user } = show({ looms }, {});
    await user.click(screen.getByRole("button", { name: "Add a name to looms" }));
    await user.click(await screen.findByRole("menuitem", { name: "daily" }));
    await user.type(screen.getByRole("textbox", { name: "Name in looms" }), "day{Enter}");
    expect(changes).toEqual([{ document: 0, at: ["looms", "day"], value: { type: "daily" } }]);
    const entry = screen.getByRole("group", { name: "day of looms" });
    await user.type(within(entry).getByRole("textbox", { name: "start" }), "2026{Tab}");
    expect(changes.at(-1)).toEqual({ document: 0, at: ["looms", "day", "start"], value: "2026" });
  });

  it("renames an entry without writing what is in it, and gives no name twice", async () => {
    const { changes, user } = show({ looms }, { looms: { a: { type: "daily" }, b: { type: "fixed" } } });
    const [first] = screen.getAllByRole("textbox", { name: "Name in looms" });
    if (first === undefined) throw new Error("there is no name");
    await user.clear(first);
    await user.type(first, "b");
    expect(screen.getByText("There is one already")).toBeTruthy();
    await user.keyboard("{Enter}");
    expect(changes).toEqual([]);
    await user.clear(first);
    await user.type(first, "c{Enter}");
    expect(changes).toEqual([{ document: 0, at: ["looms", "a"], name: "c" }]);
  });

  it("of anything has numbers, texts, lists and mappings in it", async () => {
    const value = { any: { rows: 3, by: { wool: true }, list: ["a"] } };
    const { changes, user } = show({ any: { type: "object", additionalProperties: true } }, value);
    const rows = screen.getByRole("textbox", { name: "rows of any" });
    await user.clear(rows);
    await user.type(rows, "12{Tab}");
    expect(changes.at(-1)).toEqual({ document: 0, at: ["any", "rows"], value: 12 });
    const wool = screen.getByRole("textbox", { name: "wool of by of any" });
    await user.clear(wool);
    await user.type(wool, "{{{{ x }}{Tab}");
    expect(changes.at(-1)).toEqual({ document: 0, at: ["any", "by", "wool"], value: "{{ x }}" });
    expect(screen.getByRole("button", { name: "Take out Item 1" })).toBeTruthy();
  });
});

describe("a list of models", () => {
  it("that isn't there begins with the first item, which is named by its first field", async () => {
    const { changes, user } = show({ rules: { type: "array", items: { $ref: "#/$defs/Rule" } } }, {});
    await user.click(screen.getByRole("button", { name: "Add a rule to rules" }));
    expect(changes).toEqual([{ document: 0, at: ["rules", 0], value: {} }]);
    await user.type(screen.getByRole("textbox", { name: "target" }), "wool{Tab}");
    const rule = screen.getByRole("group", { name: "Rule 1: wool" });
    // What has few fields shows them all, in their order.
    expect(within(rule).getByRole("group", { name: "attributes" })).toBeTruthy();
    await user.click(within(rule).getByRole("button", { name: "Template for attributes" }));
    expect(within(rule).getByPlaceholderText("{{ env.NAME }}")).toBeTruthy();
  });
});

it("where no template is read, none is offered", () => {
  const needs = { "x-verbatim": true, type: "object", properties: { env: { type: "string" } } };
  show({ needs, other: { type: "integer" } }, { needs: { env: "{{ A }}" } });
  expect(screen.queryByRole("button", { name: "Template for needs" })).toBeNull();
  expect(screen.queryByRole("button", { name: "Template for env" })).toBeNull();
  expect(screen.getByRole("textbox", { name: "env" })).toHaveProperty("value", "{{ A }}");
  expect(screen.getByRole("button", { name: "Template for other" })).toBeTruthy();
});
