import { number } from "~/parts/amounts";

const LONGEST = 5_000; // characters of a line that are shown

/** Text that comes in pieces, as lines. A carriage return overwrites, as on a terminal: bars of progress are one line. */
export class Lines {
  readonly all: string[] = [];
  longest = 0; // characters
  private rest = "";
  private readonly decoder = new TextDecoder();

  /** Takes the next bytes. */
  add(bytes: Uint8Array): void {
    const text = this.rest + this.decoder.decode(bytes, { stream: true });
    const found = text.split("\n");
    this.rest = found.pop() ?? "";
    for (const each of found) this.put(each);
  }

  /** How many there are, with the one that isn't complete yet. */
  get count(): number {
    return this.all.length + (this.rest === "" ? 0 : 1);
  }

  /** A line by its place. */
  at(index: number): string {
    return this.all[index] ?? shown(this.rest);
  }

  private put(line: string): void {
    const found = shown(line);
    this.longest = Math.max(this.longest, found.length);
    this.all.push(found);
  }
}

function shown(line: string): string {
  const whole = line.endsWith("\r") ? line.slice(0, -1) : line;
  const last = whole.slice(whole.lastIndexOf("\r") + 1);
  return last.length <= LONGEST
    ? last
    : `${last.slice(0, LONGEST)} … ${number(last.length - LONGEST)} more characters`;
}
