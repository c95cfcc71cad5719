import { Group, Paper, type PaperProps, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";

type Props = { title: string; action?: ReactNode; children: ReactNode } & PaperProps;

/** A part of a page, with a heading. */
export function Panel({ title, action, children, ...rest }: Props) {
  const id = useId();
  return (
    <Paper withBorder p="md" component="section" aria-labelledby={id} style={{ minWidth: 0 }} {...rest}>
      <Group justify="space-between" align="center" mb="sm" gap="xs" mih={26}>
        <Title order={2} id={id}>
          {title}
        </Title>
        {action}
      </Group>
      {children}
    </Paper>
  );
}
