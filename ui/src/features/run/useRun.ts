import { notifications } from "@mantine/notifications";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type ApiRecord, api, given } from "~/api/client";

export type Run = ApiRecord<"RunDetail">;
export type Step = ApiRecord<"RunStep">;
export type Attempt = ApiRecord<"Attempt">;

const AT_MOST_EVERY = 600; // milliseconds
const KINDS = [
  "run_queued",
  "run_resumed",
  "run_started",
  "run_interrupted",
  "run_ended",
  "step_started",
  "step_ended",
  "materialized",
  "checked",
];

/** A run with its steps; the beginning of its id is enough. */
export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ["runs", "one", id],
    queryFn: ({ signal }) =>
      given(api.GET("/api/runs/{run_id}", { params: { path: { run_id: id } }, signal })),
  });

/** Whether something may still happen in a run. */
export function isLive(run: Pick<Run, "status">): boolean {
  return run.status === "queued" || run.status === "running";
}

/** Follows what happens in a run as long as it isn't over: each event makes what is known of it stale. */
export function useFollowedRun(id: string, follow: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!follow) return;
    const source = new EventSource(`/api/runs/${encodeURIComponent(id)}/stream`);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      timer = undefined;
      void client.invalidateQueries({ queryKey: ["runs", "one", id] });
    };
    const soon = () => {
      timer ??= setTimeout(look, AT_MOST_EVERY);
    };
    for (const kind of KINDS) source.addEventListener(kind, soon);
    source.addEventListener("end", () => {
      source.close();
      clearTimeout(timer);
      look();
    });
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [client, id, follow]);
}

type Change = "cancel" | "resume" | "rerun";
const DONE: Record<Change, string> = {
  cancel: "The run is being stopped",
  resume: "The run goes on: what has succeeded isn't repeated",
  rerun: "A new run repeats what failed, and what was skipped for it",
};

/** Stops a run, goes on with it, or asks for another of what failed in it; `done` is told which run is to be watched. */
export function useRunChange(id: string, done: (run: ApiRecord<"Run">, change: Change) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: Change) =>
      given(api.POST(`/api/runs/{run_id}/${change}`, { params: { path: { run_id: id } } })),
    onSuccess: (run, change) => {
      notifications.show({ message: DONE[change] });
      done(run, change);
    },
    onError: (error) => notifications.show({ color: "red", title: "Not done", message: error.message }),
    onSettled: () => client.invalidateQueries({ queryKey: ["runs"] }),
  });
}

/** What asks for the same as a run did. Tags by which Treadle remembers something of one run aren't for another. */
export function sameAgain({ selection, partition, tags, config }: Run) {
  return {
    selection,
    partition: partition ?? undefined,
    tags: Object.fromEntries(Object.entries(tags).filter(([name]) => !name.startsWith("treadle/"))),
    config,
  };
}
