import { createRootRoute } from "@tanstack/react-router";
import { Shell } from "~/app/Shell";
import { Missing } from "~/parts/Missing";
import { Wrong } from "~/parts/Wrong";

/** What every route is below: the frame of the page. */
export const rootRoute = createRootRoute({
  component: Shell,
  notFoundComponent: Missing,
  errorComponent: ({ error, reset }) => <Wrong error={error} retry={reset} />,
});
