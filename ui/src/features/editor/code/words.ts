/** The pieces of a text that has a little Markdown in it: bold, code, and plain. */
export type Piece = { text: string; as: "plain" | "strong" | "code" };

const MARKS = /\*\*([^*\n]+)\*\*|`([^`\n]+)`/g;

const BREAK_IN_PARAGRAPH = /(?<!\n)\n(?![\n*-])/g;

/** Documentation of the server, in pieces; anything else that Markdown or HTML could say stays text. */
export function piecesOf(written: string): Piece[] {
  const markdown = written.replace(BREAK_IN_PARAGRAPH, " ");
  const pieces: Piece[] = [];
  let at = 0;
  for (const found of markdown.matchAll(MARKS)) {
    if (found.index > at) pieces.push({ text: markdown.slice(at, found.index), as: "plain" });
    pieces.push(
      found[1] !== undefined ? { text: found[1], as: "strong" } : { text: found[2] ?? "", as: "code" },
    );
    at = found.index + found[0].length;
  }
  if (at < markdown.length) pieces.push({ text: markdown.slice(at), as: "plain" });
  return pieces;
}

/** The same as an element, for what isn't drawn by React. */
export function elementOf(markdown: string): HTMLElement {
  const element = document.createElement("div");
  element.className = "cm-doc";
  for (const { text, as } of piecesOf(markdown)) {
    if (as === "plain") element.append(text);
    else element.append(Object.assign(document.createElement(as), { textContent: text }));
  }
  return element;
}
