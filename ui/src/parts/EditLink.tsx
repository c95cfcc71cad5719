import type { ButtonProps } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { projectQuery } from "~/api/project";
import { Allowed } from "~/parts/Allowed";
import { ButtonLink } from "~/parts/links";
import { placeFrom } from "~/parts/Place";

/** Leads to a component's file in the editor, which knows files as the project's folder does. */
export function EditLink({ file, ...rest }: { file: string } & ButtonProps) {
  const root = useQuery(projectQuery).data?.root;
  return (
    <Allowed needs="editor">
      <ButtonLink
        to="/editor"
        search={{ file: placeFrom(root, file, null) }}
        leftSection={<IconPencil size={16} aria-hidden />}
        {...rest}
      >
        Edit
      </ButtonLink>
    </Allowed>
  );
}
