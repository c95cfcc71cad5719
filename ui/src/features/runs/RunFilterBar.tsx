import { Badge, Chip, CloseButton, Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconClock, IconSearch } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { RUN_STATUSES, type RunFilters, readRunFilters } from "~/features/runs/filters";
import { number } from "~/parts/amounts";

const PERIOD_WORDS = [
  { value: "hour", label: "last hour" },
  { value: "day", label: "last 24 hours" },
  { value: "week", label: "last 7 days" },
  { value: "month", label: "last 30 days" },
];
const PAUSE = 200; // milliseconds without a key before the server is asked

type Props = { filters: RunFilters; counts: Record<string, number> | undefined };

/** Which runs are shown: by state, by words, by time; what else the address asks for can be taken back. */
export function RunFilterBar({ filters, counts }: Props) {
  const navigate = useNavigate({ from: "/runs" });
  const change = (to: Record<string, unknown>) =>
    void navigate({ search: (before) => readRunFilters({ ...before, ...to }), replace: true });
  return (
    <Group mb="md" gap="sm">
      <Words value={filters.q ?? ""} change={(q) => change({ q })} />
      <Select
        size="xs"
        w={150}
        aria-label="Asked for within"
        placeholder="any time"
        leftSection={<IconClock size={14} aria-hidden />}
        data={PERIOD_WORDS}
        clearable
        clearButtonProps={{ "aria-label": "Any time" }}
        value={filters.within ?? null}
        onChange={(within) => change({ within })}
      />
      <Chip.Group multiple value={filters.status ?? []} onChange={(status) => change({ status })}>
        <Group gap={6} role="group" aria-label="Status">
          {RUN_STATUSES.map((each) => (
            <Chip key={each} value={each} size="xs" variant="light">
              <span>{each}</span>
              {counts?.[each] !== undefined && <span> {number(counts[each])}</span>}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      {(["by", "asset", "tag"] as const).map((name) => (
        <Given key={name} name={name} value={filters[name]} drop={() => change({ [name]: undefined })} />
      ))}
    </Group>
  );
}

function Words({ value, change }: { value: string; change: (words: string) => void }) {
  const [typed, setTyped] = useState(value);
  const said = useRef(value);
  const soon = useDebouncedCallback((words: string) => {
    said.current = words;
    change(words);
  }, PAUSE);
  useEffect(() => {
    if (value === said.current) return; // it was a link that has changed it
    said.current = value;
    setTyped(value);
  }, [value]);
  return (
    <TextInput
      size="xs"
      w={{ base: "100%", xs: 260 }}
      aria-label="Search runs"
      placeholder="assets, partition, launcher or id"
      leftSection={<IconSearch size={14} aria-hidden />}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        soon(event.currentTarget.value);
      }}
    />
  );
}

const NAMES = { by: "launched by", asset: "makes", tag: "tag" };

function Given({
  name,
  value,
  drop,
}: {
  name: keyof typeof NAMES;
  value: string | undefined;
  drop: () => void;
}) {
  if (value === undefined) return null;
  const words = `${NAMES[name]} ${value}`;
  return (
    <Badge
      variant="light"
      size="lg"
      radius="sm"
      tt="none"
      fw={500}
      rightSection={<CloseButton size="xs" aria-label={`Don't ask for: ${words}`} onClick={drop} />}
    >
      {words}
    </Badge>
  );
}
