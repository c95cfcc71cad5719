import { Empty } from "~/parts/Empty";
import { PageTitle } from "~/parts/PageTitle";

/** Many partitions, materialized by several runs. */
export function BackfillsPage() {
  return (
    <>
      <PageTitle title="Backfills" />
      <Empty title="This page is being built" />
    </>
  );
}
