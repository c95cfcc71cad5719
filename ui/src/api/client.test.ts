import { describe, expect, it } from "vitest";
import { ApiError, given } from "~/api/client";

describe("an answer is its data, or what is wrong", () => {
  it("a server that doesn't answer is told from a mistake in a program", async () => {
    const asked = given(Promise.reject(new TypeError("Failed to fetch")));
    await expect(asked).rejects.toMatchObject({ name: "ApiError", status: 0, code: "unreachable" });
  });

  it("what the server refuses is told in its words", async () => {
    const error = { error: { code: "not_found", message: "there is no asset 'x'", diagnostics: [] } };
    const asked = given(Promise.resolve({ error, response: new Response(null, { status: 404 }) }));
    await expect(asked).rejects.toEqual(new ApiError(404, error.error));
  });

  it("an answer that isn't the API's, of a proxy, is told by its status", async () => {
    const response = new Response(null, { status: 502, statusText: "Bad Gateway" });
    const asked = given(Promise.resolve({ error: "<html>", response }));
    await expect(asked).rejects.toMatchObject({
      status: 502,
      message: "the server answered 502 Bad Gateway",
    });
  });
});
