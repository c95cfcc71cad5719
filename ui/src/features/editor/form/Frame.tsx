import { ActionIcon, Badge, Group, Input, Stack, Text, Tooltip } from "@mantine/core";
import { IconBraces, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Mistake } from "~/features/editor/asking";
import { firstParagraph, Words } from "~/features/editor/form/Words";

type Props = {
  id: string;
  label: string;
  about: string;
  required: boolean;
  deprecated: boolean;
  mistakes: readonly Mistake[];
  /** Whether a template is written; undefined where none can be. */
  template?: boolean;
  onTemplate?: () => void;
  onClear?: (() => void) | undefined;
  /** What stands beside the label: which kind of value it is. */
  beside?: ReactNode;
  children: ReactNode;
};

/** What is around every field: its name, what it is for, what is wrong with it. */
export function Frame(props: Props) {
  const { id, label, about, required, deprecated, mistakes, children, beside } = props;
  return (
    <Stack gap={4}>
      <Group justify="space-between" gap="xs" wrap="nowrap" mih={26}>
        <Group gap={6} style={{ minWidth: 0 }}>
          <Input.Label htmlFor={id} required={required} style={{ overflowWrap: "anywhere" }}>
            {label}
          </Input.Label>
          {deprecated && (
            <Badge size="xs" color="yellow" variant="light">
              outdated
            </Badge>
          )}
        </Group>
        <Group gap={4} wrap="nowrap">
          {beside}
          <Switches {...props} />
        </Group>
      </Group>
      {about !== "" && <Words mb={2}>{firstParagraph(about)}</Words>}
      {children}
      {mistakes.map((each) => (
        <Text
          key={`${each.code} ${each.message}`}
          size="xs"
          c={each.severity === "error" ? "var(--mantine-color-error)" : "var(--mantine-color-yellow-text)"}
          role="status"
        >
          {each.message}
          {each.fix !== "" && ` – ${each.fix}`}
        </Text>
      ))}
    </Stack>
  );
}

function Switches({ label, template, onTemplate, onClear }: Props) {
  return (
    <>
      {onClear && (
        <Tooltip label="Take it out">
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            onClick={onClear}
            aria-label={`Take out ${label}`}
          >
            <IconX size={14} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
      {onTemplate && (
        <Tooltip label={template ? "Write a plain value" : "Write a template: {{ … }}"}>
          <ActionIcon
            variant={template ? "filled" : "subtle"}
            color={template ? undefined : "gray"}
            size="sm"
            onClick={onTemplate}
            aria-pressed={template}
            aria-label={`Template for ${label}`}
          >
            <IconBraces size={14} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
    </>
  );
}
