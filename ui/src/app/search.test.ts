import { expect, it } from "vitest";
import { reading } from "~/app/search";

it("what a route doesn't read is taken out of the address", () => {
  const read = reading(({ name }) => (typeof name === "string" ? { name } : {}));
  expect({ name: "banana", status: "ripe", ...read({ name: "banana", status: "ripe" }) }).toEqual({
    name: "banana",
  });
  expect({ name: 7, ...read({ name: 7 }) }).toEqual({});
});
