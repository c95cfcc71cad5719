import { notifications } from "@mantine/notifications";
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { type ApiRecord, api, given } from "~/api/client";

export type ApiToken = ApiRecord<"ApiToken">;
export type NewApiToken = ApiRecord<"NewApiToken">;
export type LoginSession = ApiRecord<"LoginSession">;

/** The API tokens of who looks, or of everybody. */
export const tokensQuery = (everybody: boolean) =>
  queryOptions({
    queryKey: ["identity", "tokens", everybody],
    queryFn: ({ signal }) => given(api.GET("/api/tokens", { params: { query: { everybody } }, signal })),
  });

/** The browsers that who looks is logged in with. */
export const sessionsQuery = queryOptions({
  queryKey: ["identity", "sessions"],
  queryFn: ({ signal }) => given(api.GET("/api/me/sessions", { signal })),
});

export const OUTCOMES = ["done", "refused", "failed"] as const;
export type Outcome = (typeof OUTCOMES)[number];
/** How far the log is looked at, in days. */
export const SPANS = ["1", "7", "30"] as const;
export type Filters = { who?: string; action?: string; outcome?: Outcome; days?: (typeof SPANS)[number] };

const A_DAY = 86_400_000; // milliseconds

/** Pages of the audit log, the newest first. */
export const auditQuery = ({ who, action, outcome, days }: Filters) =>
  infiniteQueryOptions({
    queryKey: ["identity", "audit", { who, action, outcome, days }],
    queryFn: ({ signal, pageParam }) =>
      given(
        api.GET("/api/audit", {
          params: {
            query: {
              who,
              action: action === undefined ? undefined : [action],
              outcome: outcome === undefined ? undefined : [outcome],
              since:
                days === undefined ? undefined : new Date(Date.now() - Number(days) * A_DAY).toISOString(),
              cursor: pageParam,
            },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => (next === null ? undefined : Number(next)),
  });

/** Makes a token; its secret is in what comes back, and nowhere else. */
export function useMakeToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewApiToken) => given(api.POST("/api/tokens", { body })),
    onSettled: () => client.invalidateQueries({ queryKey: ["identity", "tokens"] }),
  });
}

/** Makes a token worthless. */
export function useRevoke() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (token: ApiToken) =>
      done(api.DELETE("/api/tokens/{token_id}", { params: { path: { token_id: token.id } } })),
    onSuccess: (_, { name }) => notifications.show({ message: `“${name}” is worth nothing from now on` }),
    onError: (error) => notifications.show({ color: "red", title: "Not revoked", message: error.message }),
    onSettled: () => client.invalidateQueries({ queryKey: ["identity", "tokens"] }),
  });
}

/** Logs out of a browser: `this` is the one that asks, which then sees the login page. */
export function useLogOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (session: string) =>
      done(api.DELETE("/api/me/sessions/{session_id}", { params: { path: { session_id: session } } })),
    onSuccess: (_, session) => {
      if (session === "this") window.location.assign("/login");
      else void client.invalidateQueries({ queryKey: ["identity", "sessions"] });
    },
    onError: (error) => notifications.show({ color: "red", title: "Not logged out", message: error.message }),
  });
}

/** Whether it was done: there is nothing more to tell. */
async function done(asked: Promise<{ error?: unknown; response: Response }>): Promise<void> {
  const { error, response } = await asked;
  if (!response.ok) await given(Promise.resolve({ error, response }));
}
