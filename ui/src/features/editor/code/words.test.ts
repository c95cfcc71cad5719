import { expect, it } from "vitest";
import { elementOf, piecesOf } from "~/features/editor/code/words";

it("documentation has names and stress in it, and its paragraphs stay apart", () => {
  expect(piecesOf("**path**: a `file`\nof ours\n\nMore")).toEqual([
    { text: "path", as: "strong" },
    { text: ": a ", as: "plain" },
    { text: "file", as: "code" },
    { text: " of ours\n\nMore", as: "plain" },
  ]);
});

it("what somebody wrote as HTML is text", () => {
  const element = elementOf("<img src=x onerror=alert(1)> `<b>`");
  expect(element.querySelector("img")).toBeNull();
  expect(element.textContent).toBe("<img src=x onerror=alert(1)> <b>");
});
