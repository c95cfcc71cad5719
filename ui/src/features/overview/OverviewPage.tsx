import { Empty } from "~/parts/Empty";
import { PageTitle } from "~/parts/PageTitle";

/** What a person wants to know first. */
export function OverviewPage() {
  return (
    <>
      <PageTitle title="Overview" />
      <Empty title="This page is being built" />
    </>
  );
}
