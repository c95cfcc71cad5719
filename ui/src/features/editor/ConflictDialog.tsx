import { Button, Group, Modal, ScrollArea, Stack, Text } from "@mantine/core";
import type { ApiRecord } from "~/api/client";
import styles from "~/features/editor/ConflictDialog.module.css";
import { Allowed } from "~/parts/Allowed";

type Props = {
  conflict: ApiRecord<"Conflict">;
  close: () => void;
  takeTheirs: () => void;
  keepMine: () => void;
};

/** Somebody else has changed the file: both are shown, and nothing is lost without being asked for. */
export function ConflictDialog({ conflict, close, takeTheirs, keepMine }: Props) {
  const isGone = conflict.now === null;
  return (
    <Modal
      opened
      onClose={close}
      size="xl"
      title={isGone ? "The file was deleted meanwhile" : "The file has changed meanwhile"}
    >
      <Stack gap="md">
        <Text size="sm">
          {isGone
            ? "It was deleted on the server after you had opened it. What you have written is still here, and nothing was saved."
            : "Somebody has written it after you had opened it. What you have written is still here, and nothing was saved. Red is what is on the server, green is yours."}
        </Text>
        <ScrollArea.Autosize
          mah="50vh"
          type="auto"
          className={styles.frame}
          viewportProps={{ tabIndex: 0, role: "region", "aria-label": "The difference" }}
        >
          <pre className={styles.diff}>
            {conflict.diff
              .split("\n")
              .filter((line) => !line.startsWith("---") && !line.startsWith("+++"))
              .map((line, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
                <div key={index} data-sign={line.charAt(0)}>
                  {line || " "}
                </div>
              ))}
          </pre>
        </ScrollArea.Autosize>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Go on editing
          </Button>
          {!isGone && (
            <Button variant="default" onClick={takeTheirs}>
              Take theirs
            </Button>
          )}
          <Allowed needs="editor">
            <Button color="red.9" onClick={keepMine}>
              {isGone ? "Make it again" : "Save mine over theirs"}
            </Button>
          </Allowed>
        </Group>
      </Stack>
    </Modal>
  );
}
