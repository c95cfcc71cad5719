import { IconMapQuestion } from "@tabler/icons-react";
import { Empty } from "~/parts/Empty";
import { TextLink } from "~/parts/links";
import { PageTitle } from "~/parts/PageTitle";

/** The address leads nowhere. */
export function Missing() {
  return (
    <>
      <PageTitle title="Not found" />
      <Empty title="There is no such page" icon={IconMapQuestion}>
        The address may be misspelled, or what it named is gone.{" "}
        <TextLink to="/assets" underline="always">
          All assets
        </TextLink>
      </Empty>
    </>
  );
}
