import { Badge, Chip, CloseButton, Group, Select } from "@mantine/core";
import { IconClock } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { RUN_STATUSES, type RunFilters, readRunFilters } from "~/features/runs/filters";
import { number } from "~/parts/amounts";
import { SearchInput } from "~/parts/SearchInput";

const PERIOD_WORDS = [
  { value: "hour", label: "last hour" },
  { value: "day", label: "last 24 hours" },
  { value: "week", label: "last 7 days" },
  { value: "month", label: "last 30 days" },
];

type Props = { filters: RunFilters; counts: Record<string, number> | undefined };

/** Which runs are shown: by state, by words, by time; what else the address asks for can be taken back. */
export function RunFilterBar({ filters, counts }: Props) {
  const navigate = useNavigate({ from: "/runs" });
  const change = (to: Record<string, unknown>) =>
    void navigate({ search: (before) => readRunFilters({ ...before, ...to }), replace: true });
  return (
    <Group mb="md" gap="sm">
      <SearchInput
        size="xs"
        w={{ base: "100%", xs: 260 }}
        aria-label="Search runs"
        placeholder="assets, partition, launcher or id"
        value={filters.q ?? ""}
        onChange={(q) => change({ q })}
      />
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
