import createClient from "openapi-fetch";
import type { components, paths } from "~/api/schema";

/** The HTTP API, with the types of its OpenAPI document. */
export const api = createClient<paths>();

/** The records that the API gives and takes: `Record<"Asset">`. */
export type ApiRecord<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** The server has refused something, or couldn't do it. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly diagnostics: ApiRecord<"Diagnostic">[];

  constructor(status: number, error: ApiRecord<"ErrorInfo">) {
    super(error.message);
    this.name = "ApiError";
    this.status = status;
    this.code = error.code;
    this.diagnostics = error.diagnostics;
  }
}

/**
 * The data of an answer, when it is a success.
 *
 * @throws ApiError when it isn't, with what the server says.
 */
export async function given<T>(
  asked: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<NonNullable<T>> {
  const { data, error, response } = await asked.catch(unreached);
  if (data !== undefined && data !== null) return data;
  throw new ApiError(response.status, infoOf(error, response));
}

/** `fetch` fails with a `TypeError` when nobody answers, as mistakes in a program do: told apart here. */
function unreached(reason: unknown): never {
  if (!(reason instanceof TypeError)) throw reason;
  const message = "It has ended, or the network is down; this page asks again when you do.";
  throw new ApiError(0, { code: "unreachable", message, diagnostics: [] });
}

function infoOf(error: unknown, response: Response): ApiRecord<"ErrorInfo"> {
  if (typeof error === "object" && error !== null && "error" in error) {
    return (error as ApiRecord<"ErrorBody">).error;
  }
  const message = `the server answered ${response.status} ${response.statusText}`.trim();
  return { code: "unknown", message, diagnostics: [] };
}
