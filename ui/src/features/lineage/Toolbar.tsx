import { Group, SegmentedControl, Select, Text } from "@mantine/core";
import { DistanceControl } from "~/features/lineage/DistanceControl";
import styles from "~/features/lineage/Lineage.module.css";
import type { LineageSearch } from "~/features/lineage/search";
import { COLOURINGS, type Colouring } from "~/graph/colours";

type Props = {
  search: LineageSearch;
  change: (changed: LineageSearch) => void;
  view: "graph" | "overview";
  children?: React.ReactNode;
};

const WORDS: Record<Colouring, string> = {
  status: "Status",
  group: "Group",
  freshness: "Freshness",
  compute: "Compute profile",
};

/** How the graph is shown. */
export function Toolbar({ search, change, view, children }: Props) {
  return (
    <div className={styles.tools}>
      <SegmentedControl
        size="xs"
        aria-label="View"
        value={view}
        data={[
          { value: "graph", label: "Graph" },
          { value: "overview", label: "Overview" },
        ]}
        onChange={(value) => change({ view: value === "overview" ? "overview" : "graph" })}
      />
      {search.selection !== undefined && (
        <>
          <DistanceControl
            label="Upstream"
            value={search.up ?? 0}
            change={(up) => change({ up: up === 0 ? undefined : up, fold: undefined })}
          />
          <DistanceControl
            label="Downstream"
            value={search.down ?? 0}
            change={(down) => change({ down: down === 0 ? undefined : down, fold: undefined })}
          />
        </>
      )}
      <Group gap={6} wrap="nowrap">
        <Text size="sm" c="dimmed" aria-hidden>
          Colour
        </Text>
        <Select
          size="xs"
          w={150}
          aria-label="Colour by"
          allowDeselect={false}
          value={search.colour ?? "status"}
          data={COLOURINGS.map((value) => ({ value, label: WORDS[value] }))}
          onChange={(value) => change({ colour: value === "status" ? undefined : (value as Colouring) })}
        />
      </Group>
      {children}
    </div>
  );
}
