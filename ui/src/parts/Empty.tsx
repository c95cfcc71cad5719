import { Stack, Text, ThemeIcon } from "@mantine/core";
import { IconInbox, type TablerIcon } from "@tabler/icons-react";
import type { ReactNode } from "react";

type Props = { title: string; children?: ReactNode; icon?: TablerIcon };

/** There is nothing here, and this is what to do about it. */
export function Empty({ title, children, icon: Icon = IconInbox }: Props) {
  return (
    <Stack align="center" gap="xs" py={64} px="md">
      <ThemeIcon variant="light" color="gray" size={48} radius="xl">
        <Icon size={24} stroke={1.5} aria-hidden />
      </ThemeIcon>
      <Text fw={600} ta="center">
        {title}
      </Text>
      <Text c="dimmed" size="sm" ta="center" maw={460} component="div">
        {children}
      </Text>
    </Stack>
  );
}
