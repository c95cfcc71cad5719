import { Skeleton } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { Distance } from "~/graph/around";

// What draws graphs is large, and most who look at an asset scroll no farther than to its facts.
const Neighbourhood = lazy(() =>
  import("~/graph/Neighbourhood").then((all) => ({ default: all.Neighbourhood })),
);

type Props = {
  assetKey: string;
  /** How many edges away is shown. */
  up?: Distance;
  down?: Distance;
  height?: number;
};

/** What an asset is made from, and what is made from it: for pages that are about something else, too. */
export function NeighbourhoodGraph({ assetKey, up = 1, down = 1, height = 320 }: Props) {
  return (
    <div style={{ height }}>
      <Suspense fallback={<Skeleton height="100%" />}>
        <Neighbourhood assetKey={assetKey} up={up} down={down} />
      </Suspense>
    </div>
  );
}
