import { ActionIcon, Badge, Box, Group, Input, Stack, Text, Tooltip, VisuallyHidden } from "@mantine/core";
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
  /** What is shown in the place of the label. */
  title?: ReactNode;
  /** Whether the value stands beside the title, and not below it. */
  isLine?: boolean;
  children: ReactNode;
};

/** What is around every field: its name, what it is for, what is wrong with it. */
export function Frame(props: Props) {
  const { about, mistakes, children, beside, title, isLine = false } = props;
  return (
    <Stack gap={4}>
      <Group justify="space-between" align={isLine ? "flex-start" : "center"} gap="xs" wrap="nowrap" mih={26}>
        <Box miw={0} flex={title === undefined ? undefined : isLine ? "0 1 36%" : "0 1 280px"}>
          <Title {...props} />
        </Box>
        {isLine && (
          <Box miw={0} flex={1}>
            {children}
          </Box>
        )}
        <Group gap={4} wrap="nowrap" mt={isLine ? 7 : 0} style={{ flexShrink: 0 }}>
          {beside}
          <Switches {...props} />
        </Group>
      </Group>
      {about !== "" && <Words mb={2}>{firstParagraph(about)}</Words>}
      {!isLine && children}
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

function Title({ id, label, required, deprecated, title }: Props) {
  if (title !== undefined) {
    return (
      <>
        <VisuallyHidden>
          <label htmlFor={id}>{label}</label>
        </VisuallyHidden>
        {title}
      </>
    );
  }
  return (
    <Group gap={6}>
      <Input.Label htmlFor={id} required={required} style={{ overflowWrap: "anywhere" }}>
        {label}
      </Input.Label>
      {deprecated && (
        <Badge size="xs" color="yellow" variant="light">
          outdated
        </Badge>
      )}
    </Group>
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
