import { duration } from "~/parts/times";

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const some = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
const short = new Intl.NumberFormat("en", { maximumSignificantDigits: 3, notation: "compact" });
const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** A number as its name wants it: seconds as a time, bytes as a size, others with as many digits as matter. */
export function figure(name: string, value: number): string {
  if (/(^|[_. ])(seconds|duration)$/i.test(name) && value >= 0) return duration(value);
  if (/(^|[_. ])bytes$/i.test(name) && value >= 0) return size(value);
  return Number.isInteger(value) || Math.abs(value) >= 10_000 ? whole.format(value) : some.format(value);
}

/** A number where there is little room: "1.2M". */
export function shortFigure(name: string, value: number): string {
  const text = figure(name, value);
  return text.length <= 7 || text !== whole.format(value) ? text : short.format(value);
}

/** A number of bytes: "1.5 MB". */
export function size(bytes: number): string {
  let power = 0;
  let scaled = bytes;
  while (scaled >= 999.5 && power < UNITS.length - 1) {
    scaled /= 1000;
    power += 1;
  }
  return `${scaled < 10 && power > 0 ? scaled.toFixed(1) : Math.round(scaled)} ${UNITS[power]}`;
}
