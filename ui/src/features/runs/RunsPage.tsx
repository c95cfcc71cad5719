import { Button, Skeleton } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { LaunchButton } from "~/features/launch/LaunchButton";
import { Latest } from "~/features/runs/Latest";
import { RunFilterBar } from "~/features/runs/RunFilterBar";
import { RunTable } from "~/features/runs/RunTable";
import { runsQuery } from "~/features/runs/useRuns";
import { Empty } from "~/parts/Empty";
import { PageTitle } from "~/parts/PageTitle";
import { Wrong } from "~/parts/Wrong";

const route = getRouteApi("/runs");

/** What ran, and what runs: a list with filters, and a new run. */
export function RunsPage() {
  const filters = route.useSearch();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    runsQuery(filters),
  );
  const runs = data?.pages.flatMap((page) => page.items);
  return (
    <>
      <PageTitle title="Runs" about="What ran, what runs, and what waits." actions={<LaunchButton />} />
      <RunFilterBar filters={filters} counts={data?.pages[0]?.counts} />
      {error !== null && <Wrong error={error} retry={() => void refetch()} />}
      {runs === undefined && error === null && <Skeleton height={300} />}
      {runs?.length === 0 && <NoRuns isFiltered={Object.keys(filters).length > 0} />}
      {runs !== undefined && runs.length > 0 && (
        <>
          <Latest runs={runs} />
          <RunTable runs={runs} />
        </>
      )}
      {hasNextPage && (
        <Button
          variant="default"
          size="xs"
          mt="sm"
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          Show older ones
        </Button>
      )}
    </>
  );
}

function NoRuns({ isFiltered }: { isFiltered: boolean }) {
  return isFiltered ? (
    <Empty title="No such run" icon={IconPlayerPlay}>
      Nothing ran that fits these filters.
    </Empty>
  ) : (
    <Empty title="Nothing has run yet" icon={IconPlayerPlay}>
      Launch a run here, from an asset or from the lineage graph; schedules and sensors start runs by
      themselves.
    </Empty>
  );
}
