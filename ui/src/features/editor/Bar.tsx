import { ActionIcon, Badge, Button, Group, Text, Title, Tooltip } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconArrowBackUp, IconDeviceFloppy, IconGitCommit } from "@tabler/icons-react";
import { useEffect } from "react";
import type { Draft } from "~/features/editor/useDraft";
import type { SavingDraft } from "~/features/editor/useSaving";
import styles from "~/features/editor/Workbench.module.css";
import { TextLink } from "~/parts/links";

type Props = { draft: Draft; saving: SavingDraft; commit?: () => void };

/** What is edited, and what can be done with it. */
export function Bar({ draft, saving, commit }: Props) {
  const parts = draft.path.split("/");
  const name = parts.at(-2) ?? draft.path;
  useHotkeys([["mod+S", () => void saving.save()]], [], true);
  useEffect(() => {
    document.title = `${name} · Treadle`;
  }, [name]);
  return (
    <div className={styles.bar}>
      <div className={styles.title}>
        <Group gap={8}>
          <Title order={1} fz="1.25rem" style={{ overflowWrap: "anywhere" }}>
            {name}
          </Title>
          {draft.isNew ? (
            <Badge variant="light" color="teal">
              new
            </Badge>
          ) : (
            draft.isChanged && (
              <Badge variant="light" color="yellow">
                not saved
              </Badge>
            )
          )}
        </Group>
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          <TextLink to="/editor" search={{}} size="xs" underline="always">
            All files
          </TextLink>
          {" · "}
          {draft.path}
        </Text>
      </div>
      <Group gap="xs">
        {draft.isChanged && !draft.isNew && (
          <Tooltip label="Undo all that isn't saved">
            <ActionIcon
              size={36}
              variant="default"
              onClick={() => draft.write(draft.base.text)}
              aria-label="Undo all"
            >
              <IconArrowBackUp size={18} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
        {commit && (
          <Tooltip label={draft.isChanged ? "Save it first" : "Commit this file to a branch of git"}>
            <Button
              size="sm"
              variant="default"
              leftSection={<IconGitCommit size={16} aria-hidden />}
              data-disabled={draft.isChanged || undefined}
              aria-disabled={draft.isChanged}
              onClick={() => !draft.isChanged && commit()}
            >
              Commit…
            </Button>
          </Tooltip>
        )}
        <Button
          size="sm"
          leftSection={<IconDeviceFloppy size={16} aria-hidden />}
          disabled={!draft.isChanged}
          loading={saving.isSaving}
          onClick={() => void saving.save()}
        >
          Save
        </Button>
      </Group>
    </div>
  );
}
