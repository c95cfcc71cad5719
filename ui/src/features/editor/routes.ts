import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "~/app/root";

/** What the address says: the file, the type that a new one begins with, and how it is shown on a narrow screen. */
export type EditorSearch = { file?: string; type?: string; new?: true; view?: "yaml" };

export const editorRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/editor",
  validateSearch: (search: Record<string, unknown>): EditorSearch => ({
    ...(typeof search.file === "string" && search.file !== "" ? { file: search.file } : {}),
    ...(typeof search.type === "string" && search.type !== "" ? { type: search.type } : {}),
    ...(search.new === true || search.new === "true" ? { new: true as const } : {}),
    ...(search.view === "yaml" ? { view: "yaml" as const } : {}),
  }),
  component: lazyRouteComponent(() => import("~/features/editor/EditorPage"), "EditorPage"),
});
