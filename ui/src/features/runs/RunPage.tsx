import { Empty } from "~/parts/Empty";
import { PageTitle } from "~/parts/PageTitle";

/** A run. */
export function RunPage() {
  return (
    <>
      <PageTitle title="Run" />
      <Empty title="This page is being built" />
    </>
  );
}
