const numbers = new Intl.NumberFormat("en");

/** A number as people write it: 12,345. */
export function number(value: number): string {
  return numbers.format(value);
}

type PartitionCounts = { total: number; materialized: number; stale: number; failed: number };

/** How the partitions of an asset stand: "3 of 10 partitions, 1 stale". */
export function partitionWords({ total, materialized, stale, failed }: PartitionCounts): string {
  const wrong = Object.entries({ stale, failed }).filter(([, count]) => count > 0);
  const words = [`${number(materialized)} of ${amount(total, "partition")}`];
  return [...words, ...wrong.map(([name, count]) => `${number(count)} ${name}`)].join(", ");
}

/** How many of something: "1 asset", "1,200 assets", "2 policies". */
export function amount(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}
