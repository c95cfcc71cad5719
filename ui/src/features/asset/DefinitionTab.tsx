import { SegmentedControl, Skeleton, Stack, Text } from "@mantine/core";
import { IconFileUnknown } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { AssetDetail } from "~/api/assets";
import { Explained } from "~/features/asset/Explained";
import { SourceLines } from "~/features/asset/SourceLines";
import { sourceQuery } from "~/features/asset/useAsset";
import { Empty } from "~/parts/Empty";
import { Panel } from "~/parts/Panel";
import { Wrong } from "~/parts/Wrong";

/** Where an asset comes from: the lines that declare it, and who said what of it. */
export function DefinitionTab({ asset }: { asset: AssetDetail }) {
  return (
    <Stack gap="md">
      <Sources asset={asset} />
      <Explained asset={asset} />
    </Stack>
  );
}

/** Of what else declares assets (a seed of dbt is a table of data), the server shows nothing. */
const SHOWN = /\.(ya?ml|py|sql)$/;

type Which = "own" | "component";

function Sources({ asset: { place, component_place, component } }: { asset: AssetDetail }) {
  const hasOwn = place.file !== null && SHOWN.test(place.file);
  const isElsewhere = component_place.file !== null && component_place.file !== place.file;
  const [which, setWhich] = useState<Which>(isElsewhere || !hasOwn ? "component" : "own");
  const { file, line } = which === "own" ? place : component_place;
  if (file === null)
    return (
      <Empty title="Nobody declares it" icon={IconFileUnknown}>
        It is only named by others: nothing is known of it but that.
      </Empty>
    );
  return (
    <Lines
      file={file}
      line={line}
      title={which === "own" ? "The lines that declare it" : `The component ${component ?? ""}`}
      action={
        place.file !== null &&
        component_place.file !== null && (
          <SegmentedControl
            size="xs"
            aria-label="Whose lines"
            value={which}
            onChange={(value) => setWhich(value as Which)}
            data={[
              { value: "own", label: "Asset" },
              { value: "component", label: "Component" },
            ]}
          />
        )
      }
    />
  );
}

type LinesProps = { file: string; line: number | null; title: string; action: React.ReactNode };

function Lines({ file, line, title, action }: LinesProps) {
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...sourceQuery(file, line),
    placeholderData: (before) => before,
  });
  return (
    <Panel title={title} action={action}>
      {error !== null && <Wrong error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton height={260} />}
      {data !== undefined && (
        <div style={{ opacity: isPlaceholderData ? 0.5 : 1 }}>
          <Text size="xs" c="dimmed" ff="monospace" mb={6} style={{ overflowWrap: "anywhere" }}>
            {data.file}
            {data.start !== null && `:${data.start}–${data.end}`}
          </Text>
          <SourceLines source={data} />
        </div>
      )}
    </Panel>
  );
}
