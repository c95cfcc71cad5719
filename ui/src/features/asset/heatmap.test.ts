import { describe, expect, it } from "vitest";
import { layoutOf } from "~/features/asset/heatmap";
import type { Partition, PartitionGrid } from "~/features/asset/useAsset";

const DAILY: PartitionGrid["dimensions"] = [
  { name: "", kind: "time_window", count: 0, cron: "0 0 * * *", timezone: "UTC" },
];
const SHOP = { name: "shop", kind: "static", count: 2, cron: null, timezone: null } as const;

function partition(key: string, start: string | null = null): Partition {
  return { key, status: "missing", start, materialized_at: null, failed_at: null, run_id: null };
}

function from(first: string, count: number, hours: number): Partition[] {
  return Array.from({ length: count }, (_, index) => {
    const start = new Date(Date.parse(first) + index * hours * 3_600_000).toISOString();
    return partition(start, start);
  });
}

describe("days are a calendar", () => {
  const { rows, columns } = layoutOf(DAILY, from("2026-01-01T00:00:00Z", 60, 24));
  it("has a row for each day of the week, beginning with Monday", () => {
    expect(rows.map(({ label }) => label)).toEqual(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);
    expect(rows[0]?.cells[0]).toBeNull();
    expect(rows[3]?.cells[0]?.key).toBe("2026-01-01T00:00:00.000Z");
  });
  it("names the months", () => {
    expect(columns.map(({ label }) => label)).toEqual(["Jan 2026", "Feb", "Mar"].slice(0, columns.length));
    expect(columns[1]?.at).toBe(4);
  });
  it("counts days as the partitions' time zone does", () => {
    const east = [partition("2026-01-05", "2026-01-05T00:00:00+09:00")];
    expect(layoutOf(DAILY, east).rows[0]?.cells[0]?.key).toBe("2026-01-05");
  });
});

it("shows hours by day", () => {
  const { rows } = layoutOf(DAILY, from("2026-01-01T00:00:00Z", 30, 1));
  expect(rows.map(({ label, cells }) => [label, cells.length])).toEqual([
    ["2026-01-01", 24],
    ["2026-01-02", 6],
  ]);
});

it("shows months by year", () => {
  const { rows } = layoutOf(DAILY, from("2025-11-01T00:00:00Z", 4, 24 * 31));
  expect(rows.map(({ label }) => label)).toEqual(["2025", "2026"]);
});

it("makes a matrix of several dimensions, time from left to right", () => {
  const keys = ["2026-01-01|north", "2026-01-01|south", "2026-01-02|north"];
  const { rows, columns, rowTitle } = layoutOf(
    [{ ...DAILY[0], name: "day" } as PartitionGrid["dimensions"][number], SHOP],
    keys.map((each) => partition(each)),
  );
  expect(rowTitle).toBe("shop");
  expect(columns.map(({ label }) => label)).toEqual(["2026-01-01", "2026-01-02"]);
  expect(rows.map(({ label, cells }) => [label, cells.map((each) => each?.key ?? null)])).toEqual([
    ["north", ["2026-01-01|north", "2026-01-02|north"]],
    ["south", ["2026-01-01|south", null]],
  ]);
});
