import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "~/app/root";

export const editorRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/editor",
  component: lazyRouteComponent(() => import("~/features/editor/EditorPage"), "EditorPage"),
});
