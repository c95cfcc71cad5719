import { ActionIcon, Button, Fieldset, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import type { Pair } from "~/features/launch/pairs";

type Props = { label: string; add: string; about?: string; pairs: Pair[]; onChange: (pairs: Pair[]) => void };

/** Names with values, as many as are wanted. */
export function PairsInput({ label, add, about, pairs, onChange }: Props) {
  const change = (id: number, to: Partial<Pair>) =>
    onChange(pairs.map((each) => (each.id === id ? { ...each, ...to } : each)));
  const next = Math.max(0, ...pairs.map(({ id }) => id)) + 1;
  return (
    <Fieldset legend={label} p="sm">
      <Stack gap="xs" align="flex-start">
        {about && (
          <Text size="xs" c="dimmed">
            {about}
          </Text>
        )}
        {pairs.map(({ id, name, value }) => (
          <Group key={id} gap="xs" wrap="nowrap" w="100%">
            <TextInput
              size="xs"
              flex={1}
              placeholder="name"
              aria-label={`${label}: name ${id}`}
              value={name}
              onChange={(event) => change(id, { name: event.currentTarget.value })}
            />
            <TextInput
              size="xs"
              flex={2}
              placeholder="value"
              aria-label={`${label}: value ${id}`}
              value={value}
              onChange={(event) => change(id, { value: event.currentTarget.value })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Remove ${name || "this line"}`}
              onClick={() => onChange(pairs.filter((each) => each.id !== id))}
            >
              <IconX size={14} />
            </ActionIcon>
          </Group>
        ))}
        <Button
          variant="subtle"
          size="compact-xs"
          leftSection={<IconPlus size={12} aria-hidden />}
          onClick={() => onChange([...pairs, { id: next, name: "", value: "" }])}
        >
          {add}
        </Button>
      </Stack>
    </Fieldset>
  );
}
