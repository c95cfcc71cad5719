import { Empty } from "~/parts/Empty";
import { PageTitle } from "~/parts/PageTitle";

/** The components of the project. */
export function ComponentsPage() {
  return (
    <>
      <PageTitle title="Components" />
      <Empty title="This page is being built" />
    </>
  );
}
