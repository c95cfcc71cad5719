import { Autocomplete, Button, Group, Text } from "@mantine/core";
import type { ApiRecord } from "~/api/client";
import { number } from "~/parts/amounts";

type Choice = ApiRecord<"PartitionChoice">;
type Props = { choice: Choice; value: string; onChange: (value: string) => void };

const MOST_SHOWN = 100;

/** Whether several partitions are named. */
export function isRange(value: string): boolean {
  return /\.\.|,|^all$/.test(value);
}

/** A partition to be chosen from those that there are, or several to be typed; those that want a run are a click away. */
export function PartitionInput({ choice, value, onChange }: Props) {
  const { count, latest, missing, stale, failed, together } = choice;
  return (
    <div>
      <Autocomplete
        label="Partition"
        description={`One of ${number(count)}, or several: A..B, A,B or all`}
        required
        placeholder={latest[0]}
        data={latest}
        limit={MOST_SHOWN}
        maxDropdownHeight={240}
        value={value}
        onChange={onChange}
      />
      <Group gap={6} mt={6}>
        <Pick label="Latest" value={latest[0] ?? ""} pick={onChange} />
        <Pick label="Missing" value={missing} pick={onChange} />
        <Pick label="Stale" value={stale} pick={onChange} />
        <Pick label="Failed" value={failed} pick={onChange} />
      </Group>
      {isRange(value) && !together && (
        <Text size="xs" c="dimmed" mt={6}>
          A run is for one partition of these assets; a backfill makes a run for each.
        </Text>
      )}
    </div>
  );
}

function Pick({ label, value, pick }: { label: string; value: string; pick: (value: string) => void }) {
  return (
    <Button
      size="compact-xs"
      variant="default"
      disabled={value === ""}
      title={value || "There is none"}
      onClick={() => pick(value)}
    >
      {label}
    </Button>
  );
}
