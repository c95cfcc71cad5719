import { describe, expect, it } from "vitest";
import { changed, edited, offsetOf, placeOf, spliceOf, withValue } from "~/features/editor/texts";

describe("places", () => {
  it("count as the server counts, in UTF-16", () => {
    const text = "a: 🧵x\nb: 2\n";
    expect(offsetOf(text, { line: 1, column: 6 })).toBe(5);
    expect(text.slice(offsetOf(text, { line: 2, column: 4 }))).toBe("2\n");
    expect(placeOf(text, text.indexOf("b"))).toEqual({ line: 2, column: 1 });
  });

  it("behind the end are the end", () => {
    expect(offsetOf("a", { line: 9, column: 9 })).toBe(1);
  });
});

describe("edits", () => {
  it("are made at once, wherever each of them is", () => {
    const at = (line: number, start: number, end: number, text: string) => ({
      range: { start: { line, column: start }, end: { line, column: end } },
      text,
    });
    expect(edited("a: 1\nb: 2\n", [at(1, 4, 5, "one"), at(2, 4, 5, "two")])).toBe("a: one\nb: two\n");
  });

  it("between two texts are the one that is needed", () => {
    expect(spliceOf("aXXb", "aYb")).toEqual({ from: 1, to: 3, insert: "Y" });
    expect(spliceOf("aa", "aaa")).toEqual({ from: 2, to: 2, insert: "a" });
    expect(spliceOf("a", "a")).toBeNull();
  });
});

describe("values", () => {
  it("are set, taken out and made on the way", () => {
    expect(withValue({ a: [1] }, ["a", 1], 2)).toEqual({ a: [1, 2] });
    expect(withValue({ a: [1, 2] }, ["a", 0], undefined)).toEqual({ a: [2] });
    expect(withValue(undefined, ["a", "b"], 1)).toEqual({ a: { b: 1 } });
    expect(withValue({ a: 1, b: 2 }, ["a"], undefined)).toEqual({ b: 2 });
  });
});

it("an entry that is renamed keeps its place, and what isn't a mapping stays", () => {
  const value = { m: [{ a: 1, b: 2 }] };
  const renamed = changed(value, { document: 0, at: ["m", 0, "a"], name: "c" });
  expect(JSON.stringify(renamed)).toBe('{"m":[{"c":1,"b":2}]}');
  expect(changed(value, { document: 0, at: ["m", "x", "a"], name: "c" })).toBe(value);
});
