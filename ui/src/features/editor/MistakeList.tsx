import { Badge, Button, Group, Stack, Text, UnstyledButton } from "@mantine/core";
import { IconCircleCheck, IconWand } from "@tabler/icons-react";
import type { Diagnosis, Mistake } from "~/features/editor/asking";
import { edited } from "~/features/editor/texts";
import type { Draft } from "~/features/editor/useDraft";

/** What is wrong in the text, each with what mends it. */
export function MistakeList({ draft, show }: { draft: Draft; show: (line: number) => void }) {
  const { diagnosis } = draft;
  if (diagnosis === undefined) return null;
  if (diagnosis.mistakes.length === 0) {
    return (
      <Group gap={8} c="teal" py="xs">
        <IconCircleCheck size={18} aria-hidden />
        <Text size="sm" c="var(--mantine-color-text)">
          Nothing is wrong in this file.
        </Text>
      </Group>
    );
  }
  return (
    <Stack gap={0} component="ul" m={0} p={0} style={{ listStyle: "none" }}>
      {diagnosis.mistakes.map((each) => (
        <MistakeLine
          key={`${each.code} ${each.line}:${each.column} ${each.message}`}
          mistake={each}
          show={show}
          mend={(index) => draft.write(mended(draft.text, diagnosis, each, index))}
          canMend={draft.isCurrent}
        />
      ))}
    </Stack>
  );
}

function mended(text: string, diagnosis: Diagnosis, mistake: Mistake, index: number): string {
  return text === diagnosis.text ? edited(text, mistake.fixes[index]?.edits ?? []) : text;
}

type Props = {
  mistake: Mistake;
  show: (line: number) => void;
  mend: (index: number) => void;
  canMend: boolean;
};

function MistakeLine({ mistake, show, mend, canMend }: Props) {
  const { severity, code, message, why, fix, fixes, range } = mistake;
  return (
    <Group
      component="li"
      gap="sm"
      py={8}
      align="flex-start"
      justify="space-between"
      style={{ borderBottom: "1px solid var(--mantine-color-default-border)" }}
    >
      <div style={{ flex: "1 1 260px", minWidth: 0 }}>
        <Group gap={8}>
          <Badge size="sm" radius="sm" variant="light" color={severity === "error" ? "red" : "yellow"}>
            {severity}
          </Badge>
          <UnstyledButton onClick={() => show(range.start.line)} style={{ textDecoration: "underline" }}>
            <Text size="xs" c="dimmed" component="span">
              line {range.start.line}
            </Text>
          </UnstyledButton>
          <Text size="xs" c="dimmed" ff="monospace">
            {code}
          </Text>
        </Group>
        <Text size="sm" fw={500} mt={2} style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
          {message}
        </Text>
        {(why !== "" || fix !== "") && (
          <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
            {[why, fix].filter((each) => each !== "").join(" – ")}
          </Text>
        )}
      </div>
      {fixes.map((each, index) => (
        <Button
          key={each.title}
          size="compact-sm"
          variant="light"
          leftSection={<IconWand size={14} aria-hidden />}
          disabled={!canMend}
          onClick={() => mend(index)}
        >
          {each.title.length > 60 ? "Mend it" : each.title}
        </Button>
      ))}
    </Group>
  );
}
