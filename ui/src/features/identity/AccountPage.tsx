import { Empty } from "~/parts/Empty";
import { PageTitle } from "~/parts/PageTitle";

/** Who is asking, and the tokens they made. */
export function AccountPage() {
  return (
    <>
      <PageTitle title="Account" />
      <Empty title="This page is being built" />
    </>
  );
}
