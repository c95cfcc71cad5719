import { Empty } from "~/parts/Empty";
import { PageTitle } from "~/parts/PageTitle";

/** The rules of the project, and who breaks them. */
export function PoliciesPage() {
  return (
    <>
      <PageTitle title="Policies" />
      <Empty title="This page is being built" />
    </>
  );
}
