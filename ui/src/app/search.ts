type Search = Record<string, unknown>;

/**
 * How a route reads what its address says after the question mark.
 *
 * The router keeps whatever `read` says nothing of as it was typed, so a page would meet values that it was never
 * meant to: what isn't read is taken out here.
 */
export function reading<T extends object>(read: (given: Search) => T): (given: Search) => T {
  return (given) => {
    const found = read(given);
    const unread = Object.keys(given).filter((name) => !(name in found));
    return { ...Object.fromEntries(unread.map((name) => [name, undefined])), ...found };
  };
}
