import { Button, Menu } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import type { Branch } from "~/features/editor/form/schemas";

type Props = {
  /** What it says, and where it adds something. */
  label: string;
  to: string;
  branches: readonly Branch[];
  disabled?: boolean;
  add: (branch: Branch | undefined) => void;
};

/** Adds one more value; what can be written in several ways is asked for. */
export function AddOne({ label, to, branches, disabled = false, add }: Props) {
  const button = {
    size: "compact-sm",
    variant: "default",
    leftSection: <IconPlus size={14} aria-hidden />,
    style: { alignSelf: "flex-start" },
    disabled,
    "aria-label": `${label} to ${to}`,
  } as const;
  if (branches.length < 2) {
    return (
      <Button {...button} onClick={() => add(branches[0])}>
        {label}
      </Button>
    );
  }
  return (
    <Menu position="bottom-start" shadow="md">
      <Menu.Target>
        <Button {...button}>{label}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {branches.map((each) => (
          <Menu.Item key={each.label} onClick={() => add(each)}>
            {each.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
