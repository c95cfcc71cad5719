import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { Allowed } from "~/parts/Allowed";

/** Asks before what isn't saved is left. */
export function LeaveDialog({ when, save }: { when: boolean; save: () => Promise<boolean> }) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => when && leavesFile(current, next),
    enableBeforeUnload: () => when,
    withResolver: true,
  });
  if (blocker.status !== "blocked") return null;
  return (
    <Modal opened onClose={blocker.reset} title="This file isn't saved">
      <Stack gap="md">
        <Text size="sm">What you have written is lost when you go on without saving it.</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={blocker.reset}>
            Stay
          </Button>
          <Button variant="default" color="red" onClick={blocker.proceed}>
            Leave without saving
          </Button>
          <Allowed needs="editor">
            <Button
              onClick={() => void save().then((saved) => (saved ? blocker.proceed() : blocker.reset()))}
            >
              Save and leave
            </Button>
          </Allowed>
        </Group>
      </Stack>
    </Modal>
  );
}

type Place = { pathname: string; search: unknown };

function leavesFile(current: Place, next: Place): boolean {
  const file = ({ search }: Place) => (search as { file?: string }).file;
  return current.pathname !== next.pathname || file(current) !== file(next);
}
