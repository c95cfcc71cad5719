import { Badge, Group, Paper, Stack, Text } from "@mantine/core";
import type { ApiRecord } from "~/api/client";
import { DiagnosticCode } from "~/parts/DiagnosticCode";
import { Place } from "~/parts/Place";

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
  return (
    <Paper withBorder p="sm">
      <Group gap="xs" align="center" mb={4}>
        <Badge color={severity === "error" ? "red" : "yellow"} variant="light" radius="sm">
          {severity}
        </Badge>
        <DiagnosticCode code={code} />
        <Place file={file} line={line} column={column} />
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
