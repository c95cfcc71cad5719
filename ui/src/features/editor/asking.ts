import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type ApiRecord, api, given } from "~/api/client";

/** A step on the way from the top of a document to a value. */
export type Path = readonly (string | number)[];

export type EditorFile = ApiRecord<"EditorFile">;
export type Mistake = ApiRecord<"EditorMistake">;
export type Edit = ApiRecord<"EditorEdit">;
export type Diagnosis = ApiRecord<"EditorDiagnosis"> & { text: string };

/** Which files can be edited, and the repository that they are in. */
export const editorQuery = queryOptions({
  queryKey: ["editor"],
  queryFn: ({ signal }) => given(api.GET("/api/editor", { signal })),
});

/** Every component type that a new component can be of. */
export const typesQuery = queryOptions({
  queryKey: ["components", "types"],
  queryFn: ({ signal }) => given(api.GET("/api/component-types", { signal })),
});

/** A component type with the schema that its form is made from. */
export const typeQuery = (name: string) =>
  queryOptions({
    queryKey: ["components", "type", name],
    queryFn: ({ signal }) =>
      given(api.GET("/api/component-types/{name}", { params: { path: { name } }, signal })),
    enabled: name !== "",
    staleTime: 60_000,
  });

/** A file as it is saved. */
export const openFile = (path: string) => given(api.GET("/api/editor/file", { params: { query: { path } } }));

/** What a component of a type begins with, in a file that isn't there yet. */
export const beginFile = (path: string, type: string, defs: string) =>
  given(
    api.POST("/api/editor/new", {
      body: { type, folder: path.slice(defs.length + 1, path.lastIndexOf("/")), params: {} },
    }),
  );

/** What is wrong in a text and what it says. The last answer stays until the next one is there. */
export const diagnosisQuery = (path: string, text: string, loaded: string) =>
  queryOptions({
    queryKey: ["editor", "diagnosis", path, loaded, text],
    queryFn: async ({ signal }): Promise<Diagnosis> => {
      const found = await given(api.POST("/api/editor/diagnose", { body: { path, text }, signal }));
      return { ...found, text };
    },
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });

/** What saving a text would do to the asset graph. */
export const previewQuery = (path: string, text: string, loaded: string) =>
  queryOptions({
    queryKey: ["editor", "preview", path, loaded, text],
    queryFn: ({ signal }) => given(api.POST("/api/editor/preview", { body: { path, text }, signal })),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });

/** What surrounds the attributes in a component's document, as a schema. */
export const documentQuery = queryOptions({
  queryKey: ["components", "document"],
  queryFn: ({ signal }) => given(api.GET("/api/editor/schema", { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Another value at a path of a document, and undefined takes it out; or another name for what is there. */
export type Change = { document: number; at: Path } & ({ value: unknown } | { name: string });

/** The edits that make a text say what a form says. */
export async function editsFor(path: string, text: string, change: Change): Promise<Edit[]> {
  const { document, at } = change;
  const asked =
    "name" in change
      ? { name: change.name, remove: false }
      : { value: change.value ?? null, remove: change.value === undefined };
  const body = { path, text, document, at: [...at], ...asked };
  return (await given(api.POST("/api/editor/edit", { body }))).edits;
}

/** What came of saving: the file, or what somebody else has written meanwhile. */
export type Saving = { file: EditorFile } | { conflict: ApiRecord<"Conflict"> };

/** Save a text over what was read. */
export async function saveFile(path: string, text: string, version: string | null): Promise<Saving> {
  const answer = await api.PUT("/api/editor/file", { body: { path, text, version } });
  if (answer.response.status === 409) {
    const told = answer.error as ApiRecord<"Conflict">;
    if ("now" in told) return { conflict: told };
  }
  return { file: await given(Promise.resolve(answer)) };
}

/** The keys of assets that can be named. */
export const assetKeysQuery = queryOptions({
  queryKey: ["assets", "keys"],
  queryFn: async ({ signal }) => {
    const found = await given(api.GET("/api/assets", { params: { query: { limit: 500 } }, signal }));
    return found.items.map((each) => each.key);
  },
});

/** What a file is known by among the answers of the server. */
export const fileKey = (path: string) => ["editor", "file", path] as const;
