import ELK, { type ElkNode } from "elkjs/lib/elk-api";
import workerUrl from "elkjs/lib/elk-worker.min.js?url";

let engine: InstanceType<typeof ELK> | undefined;

/** Lays a graph out, in a worker: the page stays usable meanwhile. */
export function layOut(question: ElkNode): Promise<ElkNode> {
  engine ??= new ELK({ workerFactory: () => new Worker(workerUrl) });
  return engine.layout(question);
}
