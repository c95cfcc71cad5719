import type { Partition, PartitionGrid } from "~/features/asset/useAsset";

/** A picture of partitions: rows of cells, some of which are empty. */
export type HeatMapLayout = {
  /** Of what kind the rows are, in words. */
  rowTitle: string;
  rows: { label: string; cells: (Partition | null)[] }[];
  /** What stands above some columns. */
  columns: { at: number; label: string }[];
};

const HOUR = 3_600_000; // milliseconds
const DAY = 24 * HOUR;
const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const IN_A_ROW = 24;
const BETWEEN = "|";
const month = new Intl.DateTimeFormat("en-GB", { month: "short", timeZone: "UTC" });

/** Days as a calendar, hours as days, several dimensions as a matrix, others as they come. */
export function layoutOf(dimensions: PartitionGrid["dimensions"], items: Partition[]): HeatMapLayout {
  if (dimensions.length > 1) return matrix(dimensions, items);
  if (dimensions[0]?.kind !== "time_window") return asTheyCome(items);
  const step = usualStep(items);
  if (step >= 20 * HOUR && step <= 28 * HOUR) return calendar(items);
  if (step < 20 * HOUR) return byPeriod(items, "Day", (text) => text.slice(0, 10));
  return byPeriod(items, "Year", (text) => text.slice(0, 4));
}

/** How far the starts of two windows are apart, most often. */
function usualStep(items: Partition[]): number {
  const starts = items.flatMap(({ start }) => (start === null ? [] : [Date.parse(start)]));
  const steps = starts.slice(1).map((each, index) => each - (starts[index] ?? each));
  steps.sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? DAY;
}

/** The day of a start, in the time zone of the partitions. */
function dayOf({ start, key }: Partition): string {
  return (start ?? key).slice(0, 10);
}

function calendar(items: Partition[]): HeatMapLayout {
  const days = items.map((each) => Math.round(Date.parse(`${dayOf(each)}T00:00:00Z`) / DAY));
  const monday = (days[0] ?? 0) - weekday(days[0] ?? 0);
  const weeks = Math.floor(((days.at(-1) ?? monday) - monday) / 7) + 1;
  const rows = WEEKDAYS.map((label) => ({ label, cells: new Array<Partition | null>(weeks).fill(null) }));
  items.forEach((each, index) => {
    const distance = (days[index] ?? monday) - monday;
    const cells = rows[distance % 7]?.cells;
    if (cells !== undefined) cells[Math.floor(distance / 7)] = each;
  });
  return { rowTitle: "", rows, columns: monthsOf(monday, weeks) };
}

function weekday(day: number): number {
  return (new Date(day * DAY).getUTCDay() + 6) % 7;
}

function monthsOf(monday: number, weeks: number): HeatMapLayout["columns"] {
  const found: HeatMapLayout["columns"] = [];
  let before = "";
  for (let week = 0; week < weeks; week++) {
    const date = new Date((monday + 7 * week + 6) * DAY); // of its Sunday: a month begins in the week that has its first
    const name = month.format(date);
    const label = name === "Jan" || found.length === 0 ? `${name} ${date.getUTCFullYear()}` : name;
    const room = week - (found.at(-1)?.at ?? -9);
    if (name !== before && room >= 3) found.push({ at: week, label });
    before = name;
  }
  return found;
}

function byPeriod(items: Partition[], rowTitle: string, period: (start: string) => string): HeatMapLayout {
  const rows = new Map<string, Partition[]>();
  for (const each of items) {
    const label = period(each.start ?? each.key);
    rows.set(label, [...(rows.get(label) ?? []), each]);
  }
  return { rowTitle, rows: [...rows].map(([label, cells]) => ({ label, cells })), columns: [] };
}

function asTheyCome(items: Partition[]): HeatMapLayout {
  const rows: HeatMapLayout["rows"] = [];
  for (let start = 0; start < items.length; start += IN_A_ROW) {
    rows.push({ label: "", cells: items.slice(start, start + IN_A_ROW) });
  }
  return { rowTitle: "", rows, columns: [] };
}

/** The time dimension, or else the one with most keys, goes from left to right; the others make the rows. */
function matrix(dimensions: PartitionGrid["dimensions"], items: Partition[]): HeatMapLayout {
  const counts = dimensions.map(({ kind, count }) =>
    kind === "time_window" ? Number.POSITIVE_INFINITY : count,
  );
  const across = counts.indexOf(Math.max(...counts));
  const columns: string[] = [];
  const rows = new Map<string, Map<string, Partition>>();
  for (const each of items) {
    const words = each.key.split(BETWEEN);
    const column = words[across] ?? "";
    const row = words.filter((_, index) => index !== across).join(" · ");
    if (!columns.includes(column)) columns.push(column);
    rows.set(row, (rows.get(row) ?? new Map()).set(column, each));
  }
  const every = Math.max(1, Math.ceil(columns.length / 8));
  return {
    rowTitle: dimensions
      .filter((_, index) => index !== across)
      .map(({ name }) => name)
      .join(" · "),
    rows: [...rows].map(([label, cells]) => ({
      label,
      cells: columns.map((each) => cells.get(each) ?? null),
    })),
    columns: columns.flatMap((label, at) => (at % every === 0 ? [{ at, label }] : [])),
  };
}
