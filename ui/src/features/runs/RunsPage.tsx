import { Empty } from "~/parts/Empty";
import { PageTitle } from "~/parts/PageTitle";

/** What ran, and what runs. */
export function RunsPage() {
  return (
    <>
      <PageTitle title="Runs" />
      <Empty title="This page is being built" />
    </>
  );
}
