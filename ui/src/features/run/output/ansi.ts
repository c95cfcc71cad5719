/** A piece of a line that looks the same throughout; `look` names classes: `red`, `bold`… */
export type Piece = { text: string; look: string };

const COLORS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
const STYLES: Record<number, string> = { 1: "bold", 2: "dim", 3: "italic", 4: "underline" };

// Sequences that programs send to terminals: colours (ending in m) are understood, all others are left out.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what it is about
const SEQUENCES = /\u001b\[([0-9;:?]*)([@-~])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-_]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** What a line says, without what is meant for terminals. */
export function plainText(line: string): string {
  return line.includes("\u001b") || UNSEEN.test(line)
    ? line.replace(SEQUENCES, "").replace(UNSEEN, "")
    : line;
}

/** A line in pieces of the same look. */
export function pieces(line: string): Piece[] {
  if (!line.includes("\u001b")) return [{ text: plainText(line), look: "" }];
  const found: Piece[] = [];
  let state = NOTHING;
  let last = 0;
  const add = (text: string) => {
    const clean = text.replace(UNSEEN, "");
    if (clean) found.push({ text: clean, look: lookOf(state) });
  };
  for (const match of line.matchAll(SEQUENCES)) {
    add(line.slice(last, match.index));
    last = match.index + match[0].length;
    if (match[2] === "m") state = changed(state, match[1] ?? "");
  }
  add(line.slice(last));
  return found;
}

type State = { color: string; styles: readonly string[] };
const NOTHING: State = { color: "", styles: [] };

function lookOf({ color, styles }: State): string {
  return [color, ...styles].filter(Boolean).join(" ");
}

function changed(state: State, said: string): State {
  const codes = said.split(/[;:]/).map((each) => Number(each || 0));
  let now = state;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const isIndexed = codes[at + 1] === 5;
      if (code === 38 && isIndexed) now = { ...now, color: colorOf(codes[at + 2] ?? -1) };
      at += isIndexed ? 2 : 4;
    } else {
      now = after(now, code);
    }
  }
  return now;
}

function after(state: State, code: number): State {
  if (code === 0) return NOTHING;
  if (code === 39) return { ...state, color: "" };
  if (code === 22)
    return { ...state, styles: state.styles.filter((each) => each !== "bold" && each !== "dim") };
  const style = STYLES[code];
  if (style !== undefined) return { ...state, styles: [...new Set([...state.styles, style])] };
  if (code >= 30 && code <= 37) return { ...state, color: colorOf(code - 30) };
  if (code >= 90 && code <= 97) return { ...state, color: colorOf(code - 82) };
  return state;
}

function colorOf(index: number): string {
  return COLORS[index % 8] !== undefined && index >= 0 && index < 16 ? (COLORS[index % 8] ?? "") : "";
}
