import { Alert, Button, Stack, Text } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { ApiError } from "~/api/client";
import { Problems } from "~/parts/Problems";

/** Something couldn't be shown or done: what the server says of it, and another try. */
export function Wrong({ error: thrown, retry }: { error: unknown; retry?: () => void }) {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const diagnostics = error instanceof ApiError ? error.diagnostics : [];
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertCircle aria-hidden />}
      title={titleOf(error)}
      role="alert"
    >
      <Stack gap="sm" align="flex-start">
        <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {error.message}
        </Text>
        {diagnostics.length > 0 && <Problems diagnostics={diagnostics} />}
        {retry && (
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

function titleOf(error: Error): string {
  if (!(error instanceof ApiError)) return "This went wrong";
  if (error.status === 0) return "The server can't be reached";
  if (error.status === 404) return "Not found";
  if (error.status === 401 || error.status === 403) return "Not allowed";
  if (error.status === 409) return "Not now";
  return "This went wrong";
}
