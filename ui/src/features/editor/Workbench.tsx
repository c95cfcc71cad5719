import { Alert, Button, Group, Paper, SegmentedControl, Stack } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconAlertTriangle } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import type { ApiRecord } from "~/api/client";
import type { EditorFile } from "~/features/editor/asking";
import { Bar } from "~/features/editor/Bar";
import { CommitDialog } from "~/features/editor/CommitDialog";
import { ConflictDialog } from "~/features/editor/ConflictDialog";
import { CodeEditor } from "~/features/editor/code/CodeEditor";
import { ComponentForm } from "~/features/editor/form/ComponentForm";
import { LeaveDialog } from "~/features/editor/LeaveDialog";
import { Panel } from "~/features/editor/Panel";
import { useDraft } from "~/features/editor/useDraft";
import { useSaving } from "~/features/editor/useSaving";
import styles from "~/features/editor/Workbench.module.css";

const route = getRouteApi("/editor");
type Props = { path: string; opened: EditorFile; git: ApiRecord<"EditorBranches"> | null };

/** A file that is edited: as a form and as YAML, with what is wrong and what saving would do. */
export function Workbench({ path, opened, git }: Props) {
  const draft = useDraft(path, opened);
  const saving = useSaving(draft, opened);
  const [isCommitting, setCommitting] = useState(false);
  const [target, setTarget] = useState<{ line: number }>();
  const isWide = useMediaQuery("(min-width: 1100px)", true, { getInitialValueInEffect: false });
  const { view } = route.useSearch();
  const navigate = route.useNavigate();
  const see = (next: string) =>
    void navigate({
      search: ({ view: _, ...rest }) => (next === "yaml" ? { ...rest, view: "yaml" } : rest),
      replace: true,
      ignoreBlocker: true,
    });
  const show = (line: number) => {
    if (!isWide) see("yaml");
    setTarget({ line });
  };

  const form = <ComponentForm draft={draft} />;
  const code = (
    <CodeEditor
      path={path}
      text={draft.text}
      onChange={draft.write}
      diagnosis={draft.diagnosis}
      height={isWide ? "52vh" : "60vh"}
      target={target}
    />
  );
  const panel = <Panel draft={draft} show={show} />;
  return (
    <>
      <Bar draft={draft} saving={saving} {...(git === null ? {} : { commit: () => setCommitting(true) })} />
      {saving.newer !== null && <Newer adopt={saving.adopt} compare={saving.compare} />}
      {isWide ? (
        <div className={styles.columns}>
          <section aria-label="Form">{form}</section>
          <section aria-label="YAML" className={styles.beside}>
            {code}
            <Paper withBorder p="sm" className={styles.below}>
              {panel}
            </Paper>
          </section>
        </div>
      ) : (
        <Stack gap="md">
          <SegmentedControl
            aria-label="How the file is shown"
            value={view ?? "form"}
            onChange={see}
            data={[
              { value: "form", label: "Form" },
              { value: "yaml", label: "YAML" },
            ]}
          />
          {view === "yaml" ? code : form}
          <Paper withBorder p="sm">
            {panel}
          </Paper>
        </Stack>
      )}
      {saving.conflict !== null && (
        <ConflictDialog
          conflict={saving.conflict}
          close={saving.dismiss}
          takeTheirs={saving.takeTheirs}
          keepMine={saving.keepMine}
        />
      )}
      {isCommitting && git !== null && (
        <CommitDialog path={path} git={git} close={() => setCommitting(false)} />
      )}
      <LeaveDialog when={draft.isChanged} save={saving.save} />
    </>
  );
}

function Newer({ adopt, compare }: { adopt: () => void; compare: () => void }) {
  return (
    <Alert
      variant="light"
      color="yellow"
      icon={<IconAlertTriangle aria-hidden />}
      title="The file has changed on the server"
      mb="md"
    >
      <Group gap="xs">
        <Button size="compact-sm" variant="default" onClick={compare}>
          Compare
        </Button>
        <Button size="compact-sm" variant="default" onClick={adopt}>
          Take theirs
        </Button>
      </Group>
    </Alert>
  );
}
