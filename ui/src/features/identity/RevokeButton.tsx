import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type ApiToken, useRevoke } from "~/features/identity/useIdentity";

/** Makes a token worthless, after asking once more. */
export function RevokeButton({ token }: { token: ApiToken }) {
  const [isOpen, { open, close }] = useDisclosure();
  const { mutate, isPending } = useRevoke();
  return (
    <>
      <Button size="compact-xs" variant="default" onClick={open} aria-label={`Revoke ${token.name}`}>
        Revoke
      </Button>
      <Modal opened={isOpen} onClose={close} title={`Revoke “${token.name}”?`}>
        <Stack>
          <Text size="sm">Programs that show it are refused at once, and for ever.</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Keep it
            </Button>
            <Button color="red" loading={isPending} onClick={() => mutate(token, { onSettled: close })}>
              Revoke
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
