const numbers = new Intl.NumberFormat("en");

/** A number as people write it: 12,345. */
export function number(value: number): string {
  return numbers.format(value);
}

/** How many of something: "1 asset", "1,200 assets", "2 policies". */
export function amount(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}
