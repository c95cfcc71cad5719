import { useSyncExternalStore } from "react";

const EVERY = 10_000; // milliseconds
let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, EVERY);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The time in milliseconds, told anew every ten seconds: one clock for the whole page. */
export function useNow(): number {
  return Math.max(
    useSyncExternalStore(subscribe, () => now),
    Date.now() - EVERY,
  );
}
