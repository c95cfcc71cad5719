import { Alert, Autocomplete, Button, Code, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { IconGitCommit, IconInfoCircle } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type ApiRecord, api, given } from "~/api/client";
import { Allowed } from "~/parts/Allowed";
import { Wrong } from "~/parts/Wrong";

type Props = { path: string; git: ApiRecord<"EditorBranches">; close: () => void };

/** Commits a saved file onto a branch. */
export function CommitDialog({ path, git, close }: Props) {
  const client = useQueryClient();
  const [branch, setBranch] = useState(git.current);
  const [message, setMessage] = useState(`Change ${folderOf(path)}`);
  const commit = useMutation({
    mutationFn: () => given(api.POST("/api/editor/commit", { body: { paths: [path], branch, message } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["editor"], exact: true }),
  });
  const isNew = branch !== "" && !git.names.includes(branch);
  return (
    <Modal opened onClose={close} title="Commit this file">
      {commit.data ? (
        <Done made={commit.data} close={close} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            commit.mutate();
          }}
        >
          <Stack gap="md">
            <Code style={{ overflowWrap: "anywhere" }}>{path}</Code>
            <Autocomplete
              label="Branch"
              description={
                isNew
                  ? "A new branch, from the commit that is checked out."
                  : branch === git.current
                    ? "The branch that is checked out."
                    : "Another branch: the checkout stays as it is."
              }
              data={git.names}
              value={branch}
              onChange={setBranch}
              required
            />
            <Textarea
              label="Message"
              description="What was changed, and why."
              value={message}
              onChange={(event) => setMessage(event.currentTarget.value)}
              autosize
              minRows={2}
              required
              data-autofocus
            />
            {commit.error && <Wrong error={commit.error} />}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={close}>
                Cancel
              </Button>
              <Allowed needs="editor">
                <Button
                  type="submit"
                  loading={commit.isPending}
                  leftSection={<IconGitCommit size={16} aria-hidden />}
                >
                  Commit
                </Button>
              </Allowed>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

function Done({ made, close }: { made: ApiRecord<"Commit">; close: () => void }) {
  return (
    <Stack gap="md">
      <Text size="sm">
        Commit <Code>{made.id.slice(0, 10)}</Code> is on {made.new ? "the new branch" : "the branch"}{" "}
        <b>{made.branch}</b>. Nothing was pushed.
      </Text>
      {made.notes.length > 0 && (
        <Alert variant="light" icon={<IconInfoCircle aria-hidden />} p="sm">
          {made.notes.map((each) => (
            <Text size="sm" key={each}>
              {each.charAt(0).toUpperCase() + each.slice(1)}.
            </Text>
          ))}
        </Alert>
      )}
      <Group justify="flex-end">
        <Button onClick={close}>Close</Button>
      </Group>
    </Stack>
  );
}

function folderOf(path: string): string {
  return path.split("/").at(-2) ?? path;
}
