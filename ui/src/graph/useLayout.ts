import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { LitColumns } from "~/graph/columns";
import { layOut } from "~/graph/engine";
import { layoutOf, questionOf } from "~/graph/layout";
import type { Picture } from "~/graph/model";

/** Where everything of a picture is; as long as that is worked out, where it was before. */
export function useLayout(picture: Picture, columns: LitColumns) {
  const question = useMemo(() => {
    const rows = new Map([...columns.rows].map(([asset, names]) => [asset, names.length]));
    return questionOf(picture, rows);
  }, [picture, columns]);
  return useQuery({
    queryKey: ["layout", question],
    queryFn: async ({ signal }) => layoutOf(await layOut(structuredClone(question), signal)),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    structuralSharing: false,
    placeholderData: keepPreviousData,
    enabled: picture.boxes.length > 0,
  });
}
