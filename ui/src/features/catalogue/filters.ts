import type { ApiRecord } from "~/api/client";
import type { AssetStatus } from "~/parts/status";

export const FACETS = ["status", "group", "kind", "owner", "tag", "component"] as const;
export const ORDERS = ["key", "best", "status", "materialized"] as const;

export type Facet = (typeof FACETS)[number];
export type Order = (typeof ORDERS)[number];
export type Facets = ApiRecord<"AssetFacets">;

/** What the address says of which assets are shown. What isn't there isn't asked for. */
export type Filters = {
  q?: string;
  selection?: string;
  order?: Order;
  status?: AssetStatus[];
} & { [Name in Exclude<Facet, "status">]?: string[] };

const STATUSES: readonly string[] = ["failed", "missing", "overdue", "stale", "partial", "fresh"];

/** What an address says; what makes no sense in it is as if it weren't there. */
export function readFilters(search: Record<string, unknown>): Filters {
  const found: Filters = {};
  for (const name of ["q", "selection"] as const) {
    const text = search[name];
    if (typeof text === "string" || typeof text === "number") found[name] = String(text);
  }
  if (ORDERS.includes(search.order as Order)) found.order = search.order as Order;
  for (const name of FACETS) {
    const values = readValues(search[name]).filter((each) => name !== "status" || STATUSES.includes(each));
    if (values.length > 0) found[name] = values as AssetStatus[];
  }
  return found;
}

function readValues(value: unknown): string[] {
  const values = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return [
    ...new Set(values.filter((each) => ["string", "number", "boolean"].includes(typeof each)).map(String)),
  ];
}

/** The filters with a value of a facet chosen, or not any more. */
export function toggled(filters: Filters, facet: Facet, value: string): Filters {
  const before: string[] = filters[facet] ?? [];
  const after = before.includes(value) ? before.filter((each) => each !== value) : [...before, value];
  return { ...filters, [facet]: after.length > 0 ? after : undefined };
}

/** The filters with another text; what fits best can't be told without one. */
export function searching(filters: Filters, text: string): Filters {
  const { order, ...rest } = filters;
  return { ...rest, q: text === "" ? undefined : text, order: order === "best" ? undefined : order };
}

/** Every value that is chosen, by its facet. */
export function chosenOf(filters: Filters): { facet: Facet; value: string }[] {
  return FACETS.flatMap((facet) => (filters[facet] ?? []).map((value) => ({ facet, value })));
}

/** What the server is asked: with a text, what fits it best comes first. */
export function asked({ q, order, ...rest }: Filters) {
  const text = q?.trim() || undefined;
  return { ...rest, q: text, order: order ?? (text === undefined ? "key" : "best") };
}

/** The words for a value that are shown. */
export function wordsFor(facet: Facet, value: string): string {
  return facet === "owner" && value === "" ? "no owner" : value;
}
