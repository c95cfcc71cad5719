import ELK, { type ElkNode } from "elkjs/lib/elk-api";
import workerUrl from "elkjs/lib/elk-worker.min.js?url";

type Engine = InstanceType<typeof ELK>;

const idle: Engine[] = [];

/** Lays a graph out, in a worker: the page stays usable meanwhile. What nobody waits for any more is stopped. */
export async function layOut(question: ElkNode, signal: AbortSignal): Promise<ElkNode> {
  const engine = idle.pop() ?? new ELK({ workerFactory: () => new Worker(workerUrl) });
  const done = engine.layout(question);
  const stopped = new Promise<never>((_, reject) => {
    const stop = () => {
      engine.terminateWorker();
      reject(signal.reason);
    };
    signal.addEventListener("abort", stop, { once: true });
    void done.finally(() => signal.removeEventListener("abort", stop)).catch(() => undefined);
  });
  const answer = await Promise.race([done, stopped]);
  if (idle.length === 0) idle.push(engine);
  else engine.terminateWorker();
  return answer;
}
