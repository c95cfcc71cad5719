import { notifications } from "@mantine/notifications";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { type ApiRecord, api, given } from "~/api/client";

export type Backfill = ApiRecord<"Backfill">;
export type BackfillDetail = ApiRecord<"BackfillDetail">;
export type NewBackfill = ApiRecord<"NewBackfill">;

/** That all runs of a backfill are over is noticed a moment later, which no event tells. */
const AT_WORK = 2_000; // milliseconds

/** Backfills, the newest first. */
export const backfillsQuery = queryOptions({
  queryKey: ["backfills"],
  queryFn: ({ signal }) => given(api.GET("/api/backfills", { signal })),
  refetchInterval: ({ state }) =>
    state.data?.items.some(({ status }) => status === "running") ? AT_WORK : false,
});

/** A backfill with its parts. */
export const backfillQuery = (id: string) =>
  queryOptions({
    queryKey: ["backfills", id],
    queryFn: ({ signal }) =>
      given(api.GET("/api/backfills/{backfill_id}", { params: { path: { backfill_id: id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.status === "running" ? AT_WORK : false),
  });

type Change = "cancel" | "resume";
const DONE: Record<Change, string> = { cancel: "It stops, and its runs with it", resume: "It goes on" };

/** Stops a backfill, or takes it up again. */
export function useBackfillChange(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: Change) =>
      given(api.POST(`/api/backfills/{backfill_id}/${change}`, { params: { path: { backfill_id: id } } })),
    onSuccess: (_, change) => notifications.show({ message: DONE[change] }),
    onError: (error) => notifications.show({ color: "red", title: "Not done", message: error.message }),
    onSettled: () => client.invalidateQueries({ queryKey: ["backfills"] }),
  });
}

/** Asks for a backfill. */
export function useNewBackfill(made: (backfill: BackfillDetail) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewBackfill) => given(api.POST("/api/backfills", { body })),
    onSuccess: made,
    onSettled: () => client.invalidateQueries({ queryKey: ["backfills"] }),
  });
}
