import { queryOptions, useQuery } from "@tanstack/react-query";
import { type ApiRecord, api, given } from "~/api/client";

export type Me = ApiRecord<"Me">;
export type Role = NonNullable<Me["role"]>;

/** The roles, each with what the ones before it may. */
export const ROLES: readonly Role[] = ["viewer", "launcher", "editor", "admin"];

const LASTS = 5 * 60_000; // milliseconds: a role changes with a login, or with the settings of the server

/** Who is looking at this page, and what they may do. */
export const meQuery = queryOptions({
  queryKey: ["identity", "me"],
  queryFn: ({ signal }) => given(api.GET("/api/me", { signal })),
  staleTime: LASTS,
});

/** Whether a role lets do what another one may. */
export function reaches(role: Role | null | undefined, needed: Role): boolean {
  return role !== null && role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Who is looking at this page; nothing before that is known. */
export function useMe(): Me | undefined {
  return useQuery(meQuery).data;
}

/**
 * Why somebody may not do what a role may; nothing when they may, or when it isn't known yet: the server has
 * the last word.
 */
export function useRefusal(needed: Role): string | undefined {
  const me = useMe();
  if (me === undefined || reaches(me.role, needed)) return undefined;
  return `This needs the role ${needed}; yours is ${me.role ?? "none"}.`;
}
