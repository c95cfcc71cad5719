import { Button, Code, Text } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import type { Variable } from "~/features/types/useTypes";
import styles from "~/features/types/Variables.module.css";

type Props = { variables: Variable[]; title: string };

/** What templates may name; what is in a variable shows when it is unfolded. */
export function Variables({ variables, title }: Props) {
  return (
    <div>
      <Text size="xs" c="dimmed" mb={4}>
        {title}:
      </Text>
      <ul className={styles.list}>
        {variables.map((each) => (
          <VariableItem key={each.name} variable={each} around="" />
        ))}
      </ul>
    </div>
  );
}

function VariableItem({ variable, around }: { variable: Variable; around: string }) {
  const [isOpen, setOpen] = useState(false);
  const { name, type, members } = variable;
  const path = `${around}${name}`;
  return (
    <li>
      <Code>{path}</Code>{" "}
      <Text span size="xs" c="dimmed">
        {type}
      </Text>
      {members.length > 0 && (
        <Button
          ml={6}
          variant="subtle"
          size="compact-xs"
          aria-expanded={isOpen}
          leftSection={
            isOpen ? <IconChevronDown size={12} aria-hidden /> : <IconChevronRight size={12} aria-hidden />
          }
          onClick={() => setOpen(!isOpen)}
        >
          {members.length} in {name}
        </Button>
      )}
      {isOpen && (
        <ul className={styles.inner}>
          {members.map((each) => (
            <VariableItem key={each.name} variable={each} around={`${path}.`} />
          ))}
        </ul>
      )}
    </li>
  );
}
