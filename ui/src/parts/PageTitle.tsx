import { Group, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";

type Props = {
  title: string;
  /** What is shown instead of the plain title. */
  children?: ReactNode;
  /** A line that says what the page is for. */
  about?: ReactNode;
  /** What can be done here. */
  actions?: ReactNode;
};

/** The heading of a page; the name of the browser's tab, too. */
export function PageTitle({ title, children, about, actions }: Props) {
  useEffect(() => {
    document.title = `${title} · Treadle`;
  }, [title]);
  return (
    <Group justify="space-between" align="flex-start" mb="lg" gap="sm">
      <div style={{ minWidth: 0 }}>
        <Title order={1} style={{ overflowWrap: "anywhere" }}>
          {children ?? title}
        </Title>
        {about && (
          <Text c="dimmed" size="sm" mt={2} component="div">
            {about}
          </Text>
        )}
      </div>
      {actions && <Group gap="xs">{actions}</Group>}
    </Group>
  );
}
