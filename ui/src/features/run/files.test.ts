import { expect, it } from "vitest";
import { firstOf, shownAs } from "~/features/run/files";

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
