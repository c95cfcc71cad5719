import { Empty } from "~/parts/Empty";
import { PageTitle } from "~/parts/PageTitle";

/** Every asset, to be searched and filtered. */
export function CataloguePage() {
  return (
    <>
      <PageTitle title="Assets" />
      <Empty title="This page is being built" />
    </>
  );
}
