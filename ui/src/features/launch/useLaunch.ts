import { notifications } from "@mantine/notifications";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ApiRecord, api, given } from "~/api/client";

export type RunPlan = ApiRecord<"RunPlan">;
export type NewRun = ApiRecord<"NewRun">;
export type Run = ApiRecord<"Run">;

/** What a run of a selection would do; asked anew whenever the project changes. */
export function usePlan(selection: string) {
  return useQuery({
    queryKey: ["assets", "plan", selection],
    queryFn: ({ signal }) => given(api.GET("/api/plan", { params: { query: { selection } }, signal })),
    enabled: selection !== "",
    placeholderData: (previous: RunPlan | undefined, query) =>
      query?.state.status === "success" ? keepPreviousData(previous) : undefined,
  });
}

/** Asks for a run. */
export function useLaunch(launched: (run: Run) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewRun) => given(api.POST("/api/runs", { body })),
    onSuccess: (run) => {
      notifications.show({ message: `Run ${run.id.slice(0, 8)} is queued` });
      launched(run);
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["runs"] }),
  });
}
