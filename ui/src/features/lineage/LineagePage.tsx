import { Empty } from "~/parts/Empty";
import { PageTitle } from "~/parts/PageTitle";

/** How assets hang together. */
export function LineagePage() {
  return (
    <>
      <PageTitle title="Lineage" />
      <Empty title="This page is being built" />
    </>
  );
}
