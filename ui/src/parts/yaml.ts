/** A piece of YAML that is shown in one colour. */
export type Token = { kind: TokenKind; text: string };
export type TokenKind = "text" | "comment" | "key" | "string" | "literal" | "template" | "mark";

const KEY = /^(?:"[^"]*"|'[^']*'|[^\s#'"{}[\],&*!|>%@`-][^#{}[\],]*?|-(?=\S)[^:#]*?)(?=:(?:\s|$))/;
const BLOCK = /(?:^|[\s:])[|>][+-]?\d*\s*(?:#.*)?$/;
const LITERAL = /^(?:true|false|null|~|[-+]?(?:\d[\d_]*)(?:\.\d+)?(?:[eE][-+]?\d+)?)$/;
const PIECES = /\{\{.*?\}\}|"(?:\\.|[^"\\])*"|'(?:''|[^'])*'|[[\]{},]/g;

/**
 * The lines of a YAML text in coloured pieces. It is for reading, not for judging: what it doesn't know is plain text,
 * and all pieces together are always the text.
 */
export function highlighted(text: string): Token[][] {
  let block = -1; // the indentation of the line that began a text of several lines
  return text.split("\n").map((line) => {
    const indent = line.search(/\S/);
    if (block >= 0 && (indent > block || indent < 0)) return pieces(line, "string");
    const tokens = ofLine(line);
    block = BLOCK.test(line) ? Math.max(indent, 0) : -1;
    return tokens;
  });
}

function ofLine(line: string): Token[] {
  const [code, comment] = split(line);
  const found: Token[] = [];
  let rest = code;
  const start = /^\s*(?:- +|-$|---\s*$|\.\.\.\s*$)*/.exec(rest)?.[0] ?? "";
  if (start) found.push({ kind: "mark", text: start });
  rest = rest.slice(start.length);
  const key = KEY.exec(rest)?.[0];
  if (key !== undefined) {
    found.push({ kind: "key", text: key }, { kind: "mark", text: ":" });
    rest = rest.slice(key.length + 1);
  }
  found.push(...values(rest));
  if (comment) found.push({ kind: "comment", text: comment });
  return found;
}

/** A line without its comment, and the comment. */
function split(line: string): [string, string] {
  let quote = "";
  for (let at = 0; at < line.length; at++) {
    const each = line.charAt(at);
    if (quote) quote = each === quote ? "" : quote;
    else if ((each === '"' || each === "'") && /^|[\s[{,:]/.test(line.charAt(at - 1))) quote = each;
    else if (each === "#" && (at === 0 || /\s/.test(line.charAt(at - 1))))
      return [line.slice(0, at), line.slice(at)];
  }
  return [line, ""];
}

function values(text: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  for (const match of text.matchAll(PIECES)) {
    found.push(...plain(text.slice(at, match.index)));
    const piece = match[0];
    if (piece.startsWith("{{")) found.push({ kind: "template", text: piece });
    else if (piece.length > 1) found.push(...pieces(piece, "string"));
    else found.push({ kind: "mark", text: piece });
    at = match.index + piece.length;
  }
  found.push(...plain(text.slice(at)));
  return found;
}

function plain(text: string): Token[] {
  if (text === "") return [];
  const inFlow = /^(\s*)([^\s:][^:]*)(:)(\s.*|)$/.exec(text);
  if (inFlow) {
    const [, space = "", key = "", mark = "", rest = ""] = inFlow;
    return [
      { kind: "text", text: space },
      { kind: "key", text: key },
      { kind: "mark", text: mark },
      ...plain(rest),
    ].filter((each) => each.text !== "") as Token[];
  }
  const word = text.trim();
  return [{ kind: LITERAL.test(word) ? "literal" : "text", text }];
}

/** A text in which templates stand out. */
function pieces(text: string, kind: TokenKind): Token[] {
  return text
    .split(/(\{\{.*?\}\})/)
    .filter((each) => each !== "")
    .map((each) => ({ kind: each.startsWith("{{") ? "template" : kind, text: each }));
}
