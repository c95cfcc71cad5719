import { Empty } from "~/parts/Empty";
import { PageTitle } from "~/parts/PageTitle";

/** What starts runs by itself. */
export function AutomationsPage() {
  return (
    <>
      <PageTitle title="Automations" />
      <Empty title="This page is being built" />
    </>
  );
}
