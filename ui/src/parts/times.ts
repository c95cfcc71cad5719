const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS: [number, Intl.RelativeTimeFormatUnit][] = [
  [365 * DAY, "year"],
  [30 * DAY, "month"],
  [DAY, "day"],
  [HOUR, "hour"],
  [MINUTE, "minute"],
];
const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** How long ago a moment was, or how long until it is there: "5 minutes ago", "in 2 hours". */
export function relativeTime(at: string, now: number): string {
  const distance = Date.parse(at) - now;
  for (const [size, unit] of STEPS) {
    if (Math.abs(distance) >= size) return words.format(Math.trunc(distance / size), unit);
  }
  return distance > 5 * SECOND ? "in less than a minute" : "just now";
}

/** A moment in the zone of whoever reads it, to the second, with the zone's name. */
export function exactTime(at: string): string {
  return new Date(at).toLocaleString("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
  });
}

/** A day as it is written, "3 Mar 2026": in the zone of whoever reads it, or in another. */
export function dayOf(at: string, timeZone?: string): string {
  return new Date(at).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone,
  });
}

/** A time in seconds: "0.42 s", "4.2 s", "3 min 5 s", "2 h 10 min". */
export function duration(seconds: number): string {
  if (seconds < 1) return `${seconds.toFixed(2)} s`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

type Timed = { started_at: string | null; ended_at: string | null };

/** How many seconds something took, or has taken until now; nothing when it hasn't begun. */
export function secondsOf({ started_at, ended_at }: Timed, now: number): number | null {
  if (started_at === null) return null;
  return Math.max(0, ((ended_at === null ? now : Date.parse(ended_at)) - Date.parse(started_at)) / 1000);
}
