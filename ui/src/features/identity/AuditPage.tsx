import { Empty } from "~/parts/Empty";
import { PageTitle } from "~/parts/PageTitle";

/** Who changed what. */
export function AuditPage() {
  return (
    <>
      <PageTitle title="Audit log" />
      <Empty title="This page is being built" />
    </>
  );
}
