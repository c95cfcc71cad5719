import { expect, test } from "vitest";
import { placeFrom } from "~/parts/Place";

test.each([
  ["/mill", "/mill/defs/a.yaml", 3, null, "defs/a.yaml:3"],
  ["/mill", "/mill/defs/a.yaml", 3, 7, "defs/a.yaml:3:7"],
  ["/mill", "/milling/a.yaml", 3, null, "/milling/a.yaml:3"],
  [undefined, "/mill/a.yaml", null, null, "/mill/a.yaml"],
])("a place below %s", (root, file, line, column, expected) => {
  expect(placeFrom(root, file, line, column)).toBe(expected);
});
