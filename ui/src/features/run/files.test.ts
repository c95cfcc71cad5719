import { expect, it } from "vitest";
import { firstOf, shownAs, sizeOf } from "~/features/run/files";

it.each([
  [340, "340 B"],
  [4_200, "4.2 kB"],
  [999_700, "1.0 MB"],
  [12_300_000, "12 MB"],
])("%s bytes are %s", (bytes, expected) => {
  expect(sizeOf(bytes)).toBe(expected);
});

it("a page is looked at before all else, then pictures", () => {
  const named = (...names: string[]) => names.map((name) => ({ name, size: 1 }));
  expect(firstOf(named("a.ipynb", "b.png", "c.HTML"))?.name).toBe("c.HTML");
  expect(firstOf(named("a.ipynb", "b.png"))?.name).toBe("b.png");
  expect(firstOf(named("a.ipynb"))?.name).toBe("a.ipynb");
  expect(firstOf([])).toBeUndefined();
});

it("what can't be shown is to be saved", () => {
  expect(shownAs("model.pkl")).toBe("other");
});
