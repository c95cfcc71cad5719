import { plainText } from "~/features/run/output/ansi";
import type { Lines } from "~/features/run/output/lines";

const MOST = 10_000;

/** The lines that have a text in them, whatever its case; the first ten thousand. */
export function matchesOf(lines: Lines, word: string): number[] {
  const found: number[] = [];
  if (word === "") return found;
  const wanted = word.toLowerCase();
  for (let index = 0; index < lines.count && found.length < MOST; index++) {
    if (plainText(lines.at(index)).toLowerCase().includes(wanted)) found.push(index);
  }
  return found;
}

/** A text cut where a word is in it: every other part is the word. */
export function cutAt(text: string, word: string): string[] {
  if (word === "") return [text];
  const found: string[] = [];
  const low = text.toLowerCase();
  const wanted = word.toLowerCase();
  let last = 0;
  for (let at = low.indexOf(wanted); at >= 0; at = low.indexOf(wanted, last)) {
    found.push(text.slice(last, at), text.slice(at, at + word.length));
    last = at + word.length;
  }
  return [...found, text.slice(last)];
}
