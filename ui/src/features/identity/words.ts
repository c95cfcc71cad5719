import type { ApiRecord } from "~/api/client";

export type AuditEntry = ApiRecord<"AuditEntry">;

/** What the API calls an action, as people say it: `launch_run` is “Launch run”. */
export function actionInWords(action: string): string {
  const words = action.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Which browser a person has, of what it says of itself; the whole of it when it is none that is known. */
export function browserInWords(agent: string): string {
  const browser = [
    ["Edg/", "Edge"],
    ["OPR/", "Opera"],
    ["Firefox/", "Firefox"],
    ["Chrome/", "Chrome"],
    ["Safari/", "Safari"],
  ].find(([mark]) => mark !== undefined && agent.includes(mark));
  const system = [
    ["Android", "Android"],
    ["iPhone", "iPhone"],
    ["iPad", "iPad"],
    ["Windows", "Windows"],
    ["Mac OS", "macOS"],
    ["Linux", "Linux"],
  ].find(([mark]) => mark !== undefined && agent.includes(mark));
  if (browser === undefined) return agent || "Unknown browser";
  return system === undefined ? `${browser[1]}` : `${browser[1]} on ${system[1]}`;
}

/** The letters that stand for somebody: the first of their first and last names. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s.@_-]+/).filter((word) => word !== "");
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : [words[0]];
  return letters
    .map((word) => word?.charAt(0) ?? "")
    .join("")
    .toUpperCase();
}

/** What a role holds for: everything, or some groups and folders. */
export function reachInWords({ groups, paths }: { groups: string[]; paths: string[] }): string {
  const parts = [
    groups.length > 0 ? `the ${groups.length === 1 ? "group" : "groups"} ${groups.join(", ")}` : "",
    paths.length > 0 ? `what is below ${paths.map((path) => `${path}/`).join(", ")}` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "everything" : parts.join(" and ");
}
