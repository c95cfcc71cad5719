import { Empty } from "~/parts/Empty";
import { PageTitle } from "~/parts/PageTitle";

/** Everything about an asset. */
export function AssetPage() {
  return (
    <>
      <PageTitle title="Asset" />
      <Empty title="This page is being built" />
    </>
  );
}
