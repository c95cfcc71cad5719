import { Badge, Code, Group, Paper, Stack, Text } from "@mantine/core";
import type { ApiRecord } from "~/api/client";

type Diagnostic = ApiRecord<"Diagnostic">;

/** What is wrong, where, why, and how it is mended. */
export function Problems({ diagnostics }: { diagnostics: Diagnostic[] }) {
  return (
    <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: "none", width: "100%" }}>
      {diagnostics.map((each) => (
        <li key={`${each.code} ${each.file}:${each.line}:${each.column} ${each.message}`}>
          <Problem diagnostic={each} />
        </li>
      ))}
    </Stack>
  );
}

function Problem({
  diagnostic: { code, severity, message, why, fix, file, line, column },
}: {
  diagnostic: Diagnostic;
}) {
  const place = file === null ? "" : [file, line, column].filter((each) => each !== null).join(":");
  return (
    <Paper withBorder p="sm">
      <Group gap="xs" align="center" mb={4}>
        <Badge color={severity === "error" ? "red" : "yellow"} variant="light" radius="sm">
          {severity}
        </Badge>
        <Text size="xs" c="dimmed" ff="monospace">
          {code}
        </Text>
        {place && <Code style={{ overflowWrap: "anywhere" }}>{place}</Code>}
      </Group>
      <Text size="sm" fw={500} style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        {message}
      </Text>
      {why && (
        <Text size="sm" c="dimmed" style={{ whiteSpace: "pre-wrap" }}>
          {why}
        </Text>
      )}
      {fix && (
        <Text size="sm" mt={2} style={{ whiteSpace: "pre-wrap" }}>
          <b>Fix:</b> {fix}
        </Text>
      )}
    </Paper>
  );
}
