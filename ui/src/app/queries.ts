import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "~/api/client";

const MOST_TRIES = 2;
const FRESH_FOR = 30_000; // milliseconds; events of the server say earlier when something has changed

/** What was asked of the server. Keys begin with one of `Topic`, which events make stale. */
export const queries = new QueryClient({
  queryCache: new QueryCache({ onError: goToLogin }),
  mutationCache: new MutationCache({ onError: goToLogin }),
  defaultOptions: {
    queries: {
      staleTime: FRESH_FOR,
      refetchOnWindowFocus: false,
      // What the server has refused once, it refuses again.
      retry: (count, error) => count < MOST_TRIES && !isRefused(error),
    },
  },
});

function isRefused(error: Error): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500;
}

/** A session is over after some hours: whoever looks at a page then logs in, and comes back to it. */
function goToLogin(error: Error): void {
  if (error instanceof ApiError && error.code === "login_needed") {
    const { pathname, search } = window.location;
    window.location.assign(`/login?next=${encodeURIComponent(pathname + search)}`);
  }
}
