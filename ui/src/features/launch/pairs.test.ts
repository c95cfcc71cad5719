import { describe, expect, it } from "vitest";
import { pairsOf, readConfig, readTags } from "~/features/launch/pairs";

const pair = (name: string, value: string) => ({ id: 0, name, value });

describe("config and tags are read from what was typed", () => {
  it.each([
    ["42", 42],
    ["true", true],
    ['"42"', "42"],
    ["[1, 2]", [1, 2]],
    ["a late delivery", "a late delivery"],
    ["", ""],
  ])("%s as config", (text, expected) => {
    expect(readConfig([pair(" rows ", text)])).toEqual({ rows: expected });
  });

  it("tags stay text, and lines without a name are left out", () => {
    expect(readTags([pair("why", "42"), pair(" ", "x")])).toEqual({ why: "42" });
  });
});

it("a config that was read is written so that it means the same", () => {
  const config = { rows: 42, is_dry: true, code: "42", why: "a late delivery", list: [1], nothing: null };
  expect(readConfig(pairsOf(config))).toEqual(config);
});
