import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { around, type Distance, selectionOf } from "~/graph/around";
import { NO_COLUMNS } from "~/graph/columns";
import { foldedAtFirst, toggled } from "~/graph/folding";
import { GraphView } from "~/graph/GraphView";
import { pictureOf } from "~/graph/model";
import { graphQuery } from "~/graph/queries";
import { Wrong } from "~/parts/Wrong";

type Props = { assetKey: string; up: Distance; down: Distance };

/** What is around an asset; whatever is clicked on is gone to. */
export function Neighbourhood({ assetKey, up, down }: Props) {
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(graphQuery(around(selectionOf(assetKey), up, down)));
  const [chosen, setChosen] = useState<string[]>();
  const folded = useMemo(
    () => chosen ?? (data ? foldedAtFirst(data, assetKey) : []),
    [chosen, data, assetKey],
  );
  const picture = useMemo(() => (data ? pictureOf(data, new Set(folded)) : undefined), [data, folded]);
  if (error) return <Wrong error={error} retry={() => void refetch()} />;
  if (picture === undefined) return <Skeleton height="100%" />;
  return (
    <GraphView
      label={`What is around ${assetKey}`}
      picture={picture}
      columns={NO_COLUMNS}
      colouring="status"
      focus={assetKey}
      isEmbedded
      open={(key) => {
        if (key !== assetKey) void navigate({ to: "/asset/$", params: { _splat: key } });
      }}
      fold={(group) => setChosen(toggled(folded, group))}
    />
  );
}
