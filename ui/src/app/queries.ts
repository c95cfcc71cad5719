import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "~/api/client";

const MOST_TRIES = 2;
const FRESH_FOR = 30_000; // milliseconds; events of the server say earlier when something has changed

/** What was asked of the server. Keys begin with one of `Topic`, which events make stale. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_FOR,
      refetchOnWindowFocus: false,
      // What the server has refused once, it refuses again.
      retry: (count, error) => count < MOST_TRIES && !(error instanceof ApiError && error.status < 500),
    },
  },
});
