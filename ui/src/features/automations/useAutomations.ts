import { notifications } from "@mantine/notifications";
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { type ApiRecord, api, given } from "~/api/client";

export type Automation = ApiRecord<"Automation">;
export type Tick = ApiRecord<"Tick">;

/** Everything that starts runs. */
export const automationsQuery = queryOptions({
  queryKey: ["automations"],
  queryFn: ({ signal }) => given(api.GET("/api/automations", { signal })),
  refetchInterval: 15_000, // ticks that start nothing are told by no event
});

/** The ticks of an automation, or of all; the newest first. */
export const ticksQuery = (name: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ["automations", "ticks", name],
    queryFn: ({ signal, pageParam }) =>
      given(
        api.GET("/api/ticks", {
          params: { query: { name: name ?? null, cursor: pageParam, limit: 50 } },
          signal,
        }),
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => (page.next === null ? undefined : Number(page.next)),
    refetchInterval: 15_000,
  });

/** Turns an automation on or off. */
export function useSwitch() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ name, on }: { name: string; on: boolean }) =>
      given(api.PUT("/api/automations/{name}", { params: { path: { name } }, body: { on } })),
    onSuccess: ({ name, on }) => notifications.show({ message: `${name} is ${on ? "on" : "off"}` }),
    onError: (error) => notifications.show({ color: "red", title: "Not switched", message: error.message }),
    onSettled: () => client.invalidateQueries({ queryKey: ["automations"] }),
  });
}

/** What the address calls an automation: conditions of assets have one switch for all. */
export function switchName({ kind, name }: Automation): string {
  return kind === "automation" ? "conditions" : name;
}
