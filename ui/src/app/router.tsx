import { createRouter } from "@tanstack/react-router";
import { rootRoute } from "~/app/root";
import { assetRoute } from "~/features/asset/routes";
import { automationsRoute } from "~/features/automations/routes";
import { backfillRoute, backfillsRoute } from "~/features/backfills/routes";
import { catalogueRoute } from "~/features/catalogue/routes";
import { componentsRoute } from "~/features/components/routes";
import { editorRoute } from "~/features/editor/routes";
import { accountRoute, auditRoute } from "~/features/identity/routes";
import { lineageRoute } from "~/features/lineage/routes";
import { overviewRoute } from "~/features/overview/routes";
import { policiesRoute } from "~/features/policies/routes";
import { poolsRoute } from "~/features/pools/routes";
import { runRoute, runsRoute } from "~/features/runs/routes";
import { typeRoute, typesRoute } from "~/features/types/routes";
import { Wrong } from "~/parts/Wrong";

const routeTree = rootRoute.addChildren([
  overviewRoute,
  catalogueRoute,
  assetRoute,
  lineageRoute,
  componentsRoute,
  typesRoute,
  typeRoute,
  editorRoute,
  policiesRoute,
  runsRoute,
  runRoute,
  automationsRoute,
  backfillsRoute,
  backfillRoute,
  poolsRoute,
  accountRoute,
  auditRoute,
]);

export const router = createRouter({
  routeTree,
  defaultPreload: "intent",
  scrollRestoration: true,
  defaultErrorComponent: ({ error, reset }) => <Wrong error={error} retry={reset} />,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
