import { useDebouncedValue } from "@mantine/hooks";
import { IconBooks, IconTable, type TablerIcon } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, given } from "~/api/client";
import { NAVIGATION } from "~/app/navigation";

/** Something that a search leads to. */
export type Found = { kind: string; label: string; about?: string | null; to: string; icon: TablerIcon };

const MOST = 8;
const PAUSE = 120; // milliseconds without a key before the server is asked

const PAGES: Found[] = NAVIGATION.flatMap(({ entries }) =>
  entries.map(({ label, to, icon }) => ({ kind: "Pages", label, to, icon })),
);

/** What a text may mean: assets by key or description, component types by name, pages of the app. */
export function useSearch(text: string): { found: Found[]; isSearching: boolean } {
  const [asked] = useDebouncedValue(text.trim(), PAUSE);
  const assets = useQuery({
    queryKey: ["assets", "search", asked],
    queryFn: ({ signal }) =>
      given(api.GET("/api/assets", { params: { query: { q: asked, limit: MOST } }, signal })),
    enabled: asked !== "",
    placeholderData: keepPreviousData,
  });
  const types = useQuery({
    queryKey: ["components", "types"],
    queryFn: ({ signal }) => given(api.GET("/api/component-types", { signal })),
  });
  const word = text.trim().toLowerCase();
  const found: Found[] = [
    ...(word === "" ? [] : (assets.data?.items ?? [])).map(({ key, description }) => ({
      kind: "Assets",
      label: key,
      about: description,
      to: `/asset/${key}`,
      icon: IconTable,
    })),
    ...(word === "" ? [] : (types.data?.items ?? []))
      .filter(({ name, aliases }) => [name, ...aliases].some((each) => each.toLowerCase().includes(word)))
      .slice(0, MOST)
      .map(({ name, summary }) => ({
        kind: "Component types",
        label: name,
        about: summary,
        to: `/types/${name}`,
        icon: IconBooks,
      })),
    ...PAGES.filter(({ label }) => label.toLowerCase().includes(word)),
  ];
  return { found, isSearching: assets.isFetching || asked !== text.trim() };
}
