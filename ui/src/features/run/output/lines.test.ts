import { expect, it } from "vitest";
import { Lines } from "~/features/run/output/lines";

const bytes = (text: string) => new TextEncoder().encode(text);
const all = (lines: Lines) => Array.from({ length: lines.count }, (_, index) => lines.at(index));

it("lines and characters may be cut anywhere by the pieces in which they come", () => {
  const lines = new Lines();
  const data = bytes("müde\nhalb");
  lines.add(data.slice(0, 2));
  lines.add(data.slice(2));
  expect(all(lines)).toEqual(["müde", "halb"]);
  lines.add(bytes("wach\n"));
  expect(all(lines)).toEqual(["müde", "halbwach"]);
});

it("what is overwritten on a terminal isn't shown", () => {
  const lines = new Lines();
  lines.add(bytes("10 %\r50 %\r100 %\nnext\r\n"));
  expect(all(lines)).toEqual(["100 %", "next"]);
});

it("a line without an end is cut", () => {
  const lines = new Lines();
  lines.add(bytes("x".repeat(6_000)));
  expect(lines.at(0)).toMatch(/^x+ … 1,000 more characters$/);
});

it("nothing is no line", () => {
  expect(new Lines().count).toBe(0);
});
