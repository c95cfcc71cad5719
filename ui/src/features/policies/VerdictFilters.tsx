import { Button, Group, Pill, Select } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import type { ApiRecord } from "~/api/client";
import { type PoliciesSearch, SEVERITIES, type Severity } from "~/features/policies/routes";
import { SearchInput } from "~/parts/SearchInput";

const route = getRouteApi("/policies");

type Props = { search: PoliciesSearch; known: ApiRecord<"PolicyVerdictPage"> };

/** Which violations are shown; it is all in the address. */
export function VerdictFilters({ search, known }: Props) {
  const navigate = route.useNavigate();
  const change = (next: PoliciesSearch) =>
    void navigate({ search: (old) => ({ ...old, ...next }), replace: true });
  const isNarrowed = Object.keys(search).some((each) => each !== "tab");
  return (
    <Group gap="xs" align="flex-end">
      <SearchInput
        size="xs"
        w={180}
        aria-label="Search violations"
        placeholder="Names and messages…"
        value={search.q ?? ""}
        onChange={(q) => change({ q: q || undefined })}
      />
      <Choice
        label="Policy"
        names={known.policies}
        value={search.policy}
        onChange={(policy) => change({ policy })}
      />
      <Choice
        label="Owner"
        names={known.owners}
        value={search.owner}
        onChange={(owner) => change({ owner })}
      />
      <Choice
        label="Group"
        names={known.groups}
        value={search.group}
        onChange={(group) => change({ group })}
      />
      <Choice
        label="Severity"
        names={[...SEVERITIES]}
        value={search.severity}
        onChange={(severity) => change({ severity: severity as Severity | undefined })}
      />
      <Select
        size="xs"
        w={125}
        aria-label="Excused"
        allowDeselect={false}
        value={search.excused ?? "no"}
        onChange={(value) => change({ excused: value === "only" || value === "too" ? value : undefined })}
        data={[
          { value: "no", label: "Not excused" },
          { value: "only", label: "Excused" },
          { value: "too", label: "All" },
        ]}
      />
      {search.component !== undefined && (
        <Pill
          withRemoveButton
          removeButtonProps={{ "aria-label": "Show all components", "aria-hidden": false, tabIndex: 0 }}
          onRemove={() => change({ component: undefined })}
        >
          {search.component}
        </Pill>
      )}
      {isNarrowed && (
        <Button size="xs" variant="subtle" onClick={() => void navigate({ search: {}, replace: true })}>
          Clear
        </Button>
      )}
    </Group>
  );
}

type ChoiceProps = {
  label: string;
  names: string[];
  value: string | undefined;
  onChange: (value: string | undefined) => void;
};

function Choice({ label, names, value, onChange }: ChoiceProps) {
  return (
    <Select
      size="xs"
      w={140}
      aria-label={label}
      placeholder={label}
      clearable
      searchable={names.length > 6}
      clearButtonProps={{ "aria-label": `Any ${label.toLowerCase()}` }}
      data={value !== undefined && !names.includes(value) ? [value, ...names] : names}
      value={value ?? null}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}
