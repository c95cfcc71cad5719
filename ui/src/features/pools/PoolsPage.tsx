import { Empty } from "~/parts/Empty";
import { PageTitle } from "~/parts/PageTitle";

/** Limits on how many steps run at once. */
export function PoolsPage() {
  return (
    <>
      <PageTitle title="Pools" />
      <Empty title="This page is being built" />
    </>
  );
}
