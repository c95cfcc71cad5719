import { Empty } from "~/parts/Empty";
import { PageTitle } from "~/parts/PageTitle";

/** The documentation of a component type. */
export function TypePage() {
  return (
    <>
      <PageTitle title="Component type" />
      <Empty title="This page is being built" />
    </>
  );
}
