import { Empty } from "~/parts/Empty";
import { PageTitle } from "~/parts/PageTitle";

/** A backfill. */
export function BackfillPage() {
  return (
    <>
      <PageTitle title="Backfill" />
      <Empty title="This page is being built" />
    </>
  );
}
