import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { CHANGED_BY, type ServerEvent } from "~/api/topics";

const AT_MOST_EVERY = 300; // milliseconds: a run that starts a hundred steps is no reason to ask a hundred times

/** Follows what the server tells of, and asks again for what has changed by it. */
export function useServerEvents(): void {
  const client = useQueryClient();
  useEffect(() => {
    const source = new EventSource("/api/events");
    const stale = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      timer = undefined;
      for (const topic of stale) void client.invalidateQueries({ queryKey: [topic] });
      stale.clear();
    };
    const follow = (event: ServerEvent) =>
      source.addEventListener(event, () => {
        for (const topic of CHANGED_BY[event]) stale.add(topic);
        timer ??= setTimeout(tell, AT_MOST_EVERY);
      });
    follow("reload");
    follow("run");
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [client]);
}
