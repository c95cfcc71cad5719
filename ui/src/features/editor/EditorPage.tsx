import { Empty } from "~/parts/Empty";
import { PageTitle } from "~/parts/PageTitle";

/** Where components are written. */
export function EditorPage() {
  return (
    <>
      <PageTitle title="Editor" />
      <Empty title="This page is being built" />
    </>
  );
}
