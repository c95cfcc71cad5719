import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlayerPlay, IconPlayerStop, IconRotateClockwise } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { LaunchButton } from "~/features/launch/LaunchButton";
import { isLive, type Run, sameAgain, useRunChange } from "~/features/run/useRun";
import { Allowed } from "~/parts/Allowed";

/** What can be done with a run as it stands. */
export function RunActions({ run }: { run: Run }) {
  const navigate = useNavigate();
  const watch = ({ id }: { id: string }) => void navigate({ to: "/runs/$id", params: { id } });
  const change = useRunChange(run.id, (found, done) => {
    if (done === "rerun") watch(found);
  });
  const [asks, { open, close }] = useDisclosure();
  const isOver = run.status === "succeeded" || run.status === "failed" || run.status === "cancelled";
  const hasLeft = run.steps.some((each) => each.status !== "succeeded");
  return (
    <>
      {isLive(run) && (
        <Allowed needs="launcher">
          <Button
            variant="light"
            color="red"
            size="sm"
            leftSection={<IconPlayerStop size={16} aria-hidden />}
            disabled={run.cancel_requested}
            loading={change.isPending}
            onClick={open}
          >
            {run.cancel_requested ? "Being cancelled" : "Cancel"}
          </Button>
        </Allowed>
      )}
      {(run.status === "cancelled" || run.status === "interrupted") && (
        <Allowed needs="launcher">
          <Button
            size="sm"
            leftSection={<IconPlayerPlay size={16} aria-hidden />}
            loading={change.isPending}
            onClick={() => change.mutate("resume")}
          >
            Resume
          </Button>
        </Allowed>
      )}
      {run.status === "failed" && hasLeft && (
        <Allowed needs="launcher">
          <Button
            size="sm"
            leftSection={<IconRotateClockwise size={16} aria-hidden />}
            loading={change.isPending}
            onClick={() => change.mutate("rerun")}
          >
            Re-run from failure
          </Button>
        </Allowed>
      )}
      {isOver && <LaunchButton label="Run again" variant="default" {...sameAgain(run)} />}
      <CancelDialog run={run} asks={asks} close={close} cancel={() => change.mutate("cancel")} />
    </>
  );
}

type DialogProps = { run: Run; asks: boolean; close: () => void; cancel: () => void };

function CancelDialog({ run, asks, close, cancel }: DialogProps) {
  const running = run.steps.filter((each) => each.status === "running").length;
  return (
    <Modal opened={asks} onClose={close} title="Cancel this run?" size="md">
      <Stack>
        <Text size="sm">
          {lossOf(running)} The run can be resumed afterwards: what has succeeded isn't repeated.
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Keep it running
          </Button>
          <Button
            color="red"
            variant="light"
            onClick={() => {
              close();
              cancel();
            }}
          >
            Cancel the run
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function lossOf(running: number): string {
  if (running === 0) return "What hasn't begun won't.";
  return running === 1
    ? "The step that is at work will be stopped; what it has half done is lost."
    : `The ${running} steps that are at work will be stopped; what they have half done is lost.`;
}
