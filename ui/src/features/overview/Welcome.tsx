import { Group } from "@mantine/core";
import { IconSeedling } from "@tabler/icons-react";
import { Allowed } from "~/parts/Allowed";
import { Empty } from "~/parts/Empty";
import { ButtonLink } from "~/parts/links";

/** The project holds nothing yet: how one begins. */
export function Welcome() {
  return (
    <Empty title="This project is new" icon={IconSeedling}>
      A component is a few lines of YAML; it declares assets, which are run, checked and documented. Choose a
      component type, or write one in the editor.
      <Group justify="center" mt="md">
        <Allowed needs="editor">
          <ButtonLink to="/editor" size="sm">
            Make a component
          </ButtonLink>
        </Allowed>
        <ButtonLink to="/types" size="sm" variant="default">
          Look at component types
        </ButtonLink>
      </Group>
    </Empty>
  );
}
