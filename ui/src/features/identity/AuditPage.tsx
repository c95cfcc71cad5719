import { Button, Group, Select, Skeleton, Stack } from "@mantine/core";
import { IconHistory, IconLock } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { reaches, useMe } from "~/api/me";
import { AuditTable } from "~/features/identity/AuditTable";
import { auditQuery, type Filters, OUTCOMES } from "~/features/identity/useIdentity";
import { Empty } from "~/parts/Empty";
import { PageTitle } from "~/parts/PageTitle";
import { SearchInput } from "~/parts/SearchInput";
import { Wrong } from "~/parts/Wrong";

const route = getRouteApi("/audit");

/** Who changed what, and who was refused. */
export function AuditPage() {
  const me = useMe();
  return (
    <>
      <PageTitle
        title="Audit log"
        about="What people and programs changed through this server, and what they were refused."
      />
      {me !== undefined && !reaches(me.role, "admin") ? (
        <Empty title="Only admins read the audit log" icon={IconLock}>
          Your role is {me.role ?? "none"}. Ask those who look after the server.
        </Empty>
      ) : (
        <Log />
      )}
    </>
  );
}

function Log() {
  const filters = route.useSearch();
  const navigate = useNavigate({ from: "/audit" });
  const choose = (chosen: Filters) =>
    void navigate({ search: (before) => ({ ...before, ...chosen }), replace: true, resetScroll: false });
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    auditQuery(filters),
  );
  const entries = data?.pages.flatMap((page) => page.items);
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <Stack>
      <Filtering filters={filters} choose={choose} />
      {error !== null && <Wrong error={error} retry={() => void refetch()} />}
      {entries === undefined && error === null && <Skeleton height={320} />}
      {entries?.length === 0 && (
        <Empty
          title={isFiltered ? "Nothing of that kind was changed" : "Nothing was changed yet"}
          icon={IconHistory}
        >
          {isFiltered
            ? "Ask for less, or for a longer time."
            : "As soon as somebody launches a run or turns a switch, it is noted here."}
        </Empty>
      )}
      {entries !== undefined && entries.length > 0 && (
        <AuditTable entries={entries} chooseAction={(action) => choose({ action })} />
      )}
      {hasNextPage && (
        <Group justify="center">
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show older
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function Filtering({ filters, choose }: { filters: Filters; choose: (chosen: Filters) => void }) {
  return (
    <Group align="flex-end" gap="sm">
      <SearchInput
        label="Who"
        placeholder="a part of a name"
        value={filters.who ?? ""}
        onChange={(who) => choose({ who: who || undefined })}
        w={{ base: "100%", xs: 220 }}
      />
      <Select
        label="Outcome"
        placeholder="any"
        clearable
        data={[...OUTCOMES]}
        value={filters.outcome ?? null}
        onChange={(outcome) => choose({ outcome: (outcome as Filters["outcome"]) ?? undefined })}
        w={140}
      />
      <Select
        label="Time"
        placeholder="any"
        clearable
        data={[
          { value: "1", label: "last day" },
          { value: "7", label: "last week" },
          { value: "30", label: "last 30 days" },
        ]}
        value={filters.days ?? null}
        onChange={(days) => choose({ days: (days as Filters["days"]) ?? undefined })}
        w={150}
      />
      {filters.action !== undefined && (
        <Button variant="light" onClick={() => choose({ action: undefined })} title="Show all actions">
          {filters.action} ×
        </Button>
      )}
    </Group>
  );
}
