import { ActionIcon, Badge, Button, Group, Text, Title, Tooltip } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconArrowBackUp, IconDeviceFloppy, IconGitCommit } from "@tabler/icons-react";
import { useEffect } from "react";
import { useRefusal } from "~/api/me";
import type { Draft } from "~/features/editor/useDraft";
import type { SavingDraft } from "~/features/editor/useSaving";
import styles from "~/features/editor/Workbench.module.css";
import { Allowed } from "~/parts/Allowed";
import { TextLink } from "~/parts/links";

type Props = { draft: Draft; saving: SavingDraft; commit?: () => void };

/** What is edited, and what can be done with it. */
export function Bar({ draft, saving, commit }: Props) {
  const parts = draft.path.split("/");
  const name = parts.at(-2) ?? draft.path;
  const refusal = useRefusal("editor");
  useHotkeys([["mod+S", () => refusal === undefined && void saving.save()]], [], true);
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
          <Allowed needs="editor">
            <CommitButton isChanged={draft.isChanged} commit={commit} />
          </Allowed>
        )}
        <Allowed needs="editor">
          <Button
            size="sm"
            leftSection={<IconDeviceFloppy size={16} aria-hidden />}
            disabled={!draft.isChanged}
            loading={saving.isSaving}
            onClick={() => void saving.save()}
          >
            Save
          </Button>
        </Allowed>
      </Group>
    </div>
  );
}

type CommitProps = { isChanged: boolean; commit: () => void; disabled?: boolean };

function CommitButton({ isChanged, commit, disabled = false }: CommitProps) {
  return (
    <Tooltip label={isChanged ? "Save it first" : "Commit this file to a branch of git"} disabled={disabled}>
      <Button
        size="sm"
        variant="default"
        leftSection={<IconGitCommit size={16} aria-hidden />}
        disabled={disabled}
        data-disabled={disabled || isChanged || undefined}
        aria-disabled={disabled || isChanged}
        onClick={() => !isChanged && commit()}
      >
        Commit…
      </Button>
    </Tooltip>
  );
}
