import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "~/app/root";
import { reading } from "~/app/search";

/** What the address says: the file, the type that a new one begins with, and what of it is shown. */
export type EditorSearch = {
  file?: string;
  type?: string;
  new?: true;
  /** On a narrow screen, the form is shown or the YAML. */
  view?: "yaml";
  /** Below, problems are shown or what saving does. */
  panel?: "preview";
};

export const editorRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/editor",
  validateSearch: reading(
    (search: Record<string, unknown>): EditorSearch => ({
      ...(typeof search.file === "string" && search.file !== "" ? { file: search.file } : {}),
      ...(typeof search.type === "string" && search.type !== "" ? { type: search.type } : {}),
      ...(search.new === true || search.new === "true" ? { new: true as const } : {}),
      ...(search.view === "yaml" ? { view: "yaml" as const } : {}),
      ...(search.panel === "preview" ? { panel: "preview" as const } : {}),
    }),
  ),
  component: lazyRouteComponent(() => import("~/features/editor/EditorPage"), "EditorPage"),
});
