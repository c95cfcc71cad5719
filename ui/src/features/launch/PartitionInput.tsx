import { Autocomplete } from "@mantine/core";
import type { ApiRecord } from "~/api/client";

type Props = { choice: ApiRecord<"PartitionChoice">; value: string; onChange: (value: string) => void };

const MOST_SHOWN = 100;

/** A partition to be chosen from those that there are, or a range of them to be typed. */
export function PartitionInput({ choice: { count, latest }, value, onChange }: Props) {
  return (
    <Autocomplete
      label="Partition"
      description={`One of ${count.toLocaleString("en")}, or several in one run: A..B, A,B or all`}
      required
      placeholder={latest[0]}
      data={latest}
      limit={MOST_SHOWN}
      maxDropdownHeight={240}
      value={value}
      onChange={onChange}
    />
  );
}
