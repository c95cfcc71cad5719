import { Badge, Box, Group, Paper, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { IconFileCode, IconPlus, IconSearch } from "@tabler/icons-react";
import { createLink, getRouteApi } from "@tanstack/react-router";
import { type ComponentPropsWithRef, useState } from "react";
import type { ApiRecord } from "~/api/client";
import styles from "~/features/editor/EditorStart.module.css";
import { NewComponent } from "~/features/editor/NewComponent";
import { Allowed } from "~/parts/Allowed";
import { Empty } from "~/parts/Empty";
import { ButtonLink } from "~/parts/links";
import { PageTitle } from "~/parts/PageTitle";

const MOST = 200;
const FileLink = createLink((props: ComponentPropsWithRef<"a">) => (
  <UnstyledButton component="a" {...props} />
));
const route = getRouteApi("/editor");

/** The files that can be edited, and the way to a new one. */
export function EditorStart({ state }: { state: ApiRecord<"EditorState"> }) {
  const { new: isNew } = route.useSearch();
  const [word, setWord] = useState("");
  const wanted = word.trim().toLowerCase();
  const files = state.files.filter((each) => each.toLowerCase().includes(wanted));
  const changed = new Set(state.git?.changed ?? []);
  return (
    <>
      <PageTitle
        title="Editor"
        about="Make and change components, as a form or as YAML. Nothing is saved until you save it."
        actions={state.files.length > 0 && <NewButton />}
      />
      {state.files.length === 0 ? (
        <Empty title="There are no component files yet" icon={IconFileCode}>
          <Stack gap="md" align="center">
            A component puts assets on the platform: a dbt project, a script, a notebook. Choose its type, and
            fill in a form.
            <NewButton />
          </Stack>
        </Empty>
      ) : (
        <Stack gap="md">
          <TextInput
            aria-label="Search for a file"
            placeholder="Search for a file"
            leftSection={<IconSearch size={16} aria-hidden />}
            value={word}
            onChange={(event) => setWord(event.currentTarget.value)}
            maw={420}
          />
          {files.length === 0 ? (
            <Empty title={`No file has “${word}” in its path`} icon={IconSearch} />
          ) : (
            <Paper withBorder className={styles.files}>
              {files.slice(0, MOST).map((each) => (
                <FileLine key={each} path={each} defs={state.defs} isChanged={changed.has(each)} />
              ))}
            </Paper>
          )}
          {files.length > MOST && (
            <Text size="sm" c="dimmed">
              … and {files.length - MOST} more: search for the one that you want.
            </Text>
          )}
        </Stack>
      )}
      {isNew && <NewComponent defs={state.defs} files={state.files} />}
    </>
  );
}

/** The way to a new component. */
export function NewButton() {
  return (
    <Allowed needs="editor">
      <ButtonLink to="/editor" search={{ new: true }} leftSection={<IconPlus size={16} aria-hidden />}>
        New component
      </ButtonLink>
    </Allowed>
  );
}

function FileLine({ path, defs, isChanged }: { path: string; defs: string; isChanged: boolean }) {
  const folder = path.slice(defs.length + 1, path.lastIndexOf("/"));
  return (
    <FileLink to="/editor" search={{ file: path }} className={styles.file}>
      <IconFileCode size={18} stroke={1.5} aria-hidden style={{ flexShrink: 0 }} />
      <Box style={{ minWidth: 0, flex: 1 }}>
        <Text size="sm" fw={500} style={{ overflowWrap: "anywhere" }}>
          {folder || "."}
        </Text>
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {path}
        </Text>
      </Box>
      {isChanged && (
        <Group>
          <Badge variant="light" color="yellow" size="sm">
            not committed
          </Badge>
        </Group>
      )}
    </FileLink>
  );
}
