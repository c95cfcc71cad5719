import { useEffect, useRef, useState } from "react";
import { ApiError, type ApiRecord } from "~/api/client";
import { Lines } from "~/features/run/output/lines";

export type Printed = { run: string; step: string; attempt: number };

/** What is there of an output. `lines` grows in place; each change of it comes with another `version`. */
export type Output = { lines: Lines; version: number; isComplete: boolean; error: Error | null };

const PIECE = 1 << 20; // bytes
const BETWEEN_LOOKS = 500; // milliseconds
const BETWEEN_PICTURES = 120; // milliseconds
/** From this size on, the middle of an output may be left out as it grows, and what follows moves. */
const MAY_MOVE = 4_500_000; // bytes

/** Where an output is. */
export function addressOf({ run, step, attempt }: Printed): string {
  return `/api/runs/${encodeURIComponent(run)}/output?${new URLSearchParams({ step, attempt: String(attempt) })}`;
}

/** Reads an output piece by piece, and goes on as long as it grows. */
export function useOutput({ run, step, attempt }: Printed, isGrowing: boolean): Output {
  const [output, setOutput] = useState<Output>(nothing);
  const grows = useRef(isGrowing);
  grows.current = isGrowing;
  useEffect(() => {
    const ended = new AbortController();
    const reader = new Reader(addressOf({ run, step, attempt }), ended.signal, setOutput);
    setOutput(nothing());
    void reader.read(() => grows.current);
    return () => ended.abort();
  }, [run, step, attempt]);
  return output;
}

function nothing(): Output {
  return { lines: new Lines(), version: 0, isComplete: false, error: null };
}

class Reader {
  private lines = new Lines();
  private at = 0; // the byte that comes next
  private version = 0;
  private isQuiet = false; // what is shown stays until all of it was read again

  constructor(
    private readonly address: string,
    private readonly signal: AbortSignal,
    private readonly tell: (output: Output) => void,
  ) {}

  async read(isGrowing: () => boolean): Promise<void> {
    let hasGrown = false;
    try {
      while (!this.signal.aborted) {
        const growing = isGrowing(); // before it is asked: what was written until then is in the answer
        hasGrown ||= growing;
        const size = await this.next();
        if (size < this.at) this.again();
        else if (size > this.at) this.say(false);
        else if (growing) {
          this.say(false);
          await new Promise((done) => setTimeout(done, BETWEEN_LOOKS));
        } else if (hasGrown && size > MAY_MOVE) {
          hasGrown = false;
          this.again();
        } else {
          this.isQuiet = false;
          return this.say(true);
        }
      }
    } catch (error) {
      if (!this.signal.aborted) this.tell({ ...this.now(false), error: error as Error });
    }
  }

  /** Takes what comes next, and tells how many bytes there are now. */
  private async next(): Promise<number> {
    // A byte that is known is asked for, too: browsers complain of ranges in which there is nothing.
    const range = `bytes=${this.at - 1}-${this.at - 1 + PIECE}`;
    const headers: Record<string, string> = this.at === 0 ? {} : { range };
    const answer = await fetch(this.address, { headers, signal: this.signal });
    const told = answer.headers.get("content-range")?.split("/")[1] ?? answer.headers.get("content-length");
    const size = Number(told ?? Number.NaN);
    if (answer.status === 416 && !Number.isNaN(size)) return Math.min(size, this.at - 1);
    if (!answer.ok || Number.isNaN(size)) throw await refusal(answer);
    await this.take(answer, this.at === 0 ? 0 : 1);
    return size;
  }

  /** Takes a body as it comes, without its first bytes; what is there is shown some times a second. */
  private async take(answer: Response, known: number): Promise<void> {
    const body = answer.body?.getReader();
    let left = known;
    let shown = performance.now();
    for (let part = await body?.read(); part?.value !== undefined; part = await body?.read()) {
      const bytes = part.value.subarray(left);
      left = 0;
      this.lines.add(bytes);
      this.at += bytes.length;
      if (performance.now() - shown < BETWEEN_PICTURES) continue;
      this.say(false);
      shown = performance.now();
    }
  }

  private again(): void {
    this.lines = new Lines();
    this.at = 0;
    this.isQuiet = true;
  }

  private say(isComplete: boolean): void {
    if (this.isQuiet) return;
    this.version += 1;
    this.tell(this.now(isComplete));
  }

  private now(isComplete: boolean): Output {
    return { lines: this.lines, version: this.version, isComplete, error: null };
  }
}

async function refusal(answer: Response): Promise<Error> {
  const said = (await answer.json().catch(() => null)) as ApiRecord<"ErrorBody"> | null;
  const error = said?.error ?? {
    code: "unknown",
    message: `the server answered ${answer.status}`,
    diagnostics: [],
  };
  return new ApiError(answer.status, error);
}
