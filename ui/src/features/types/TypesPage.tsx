import { Empty } from "~/parts/Empty";
import { PageTitle } from "~/parts/PageTitle";

/** The component types that can be used. */
export function TypesPage() {
  return (
    <>
      <PageTitle title="Component types" />
      <Empty title="This page is being built" />
    </>
  );
}
