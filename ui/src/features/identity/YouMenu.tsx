import { ActionIcon, Avatar, Menu, Text } from "@mantine/core";
import { IconHistory, IconLogout, IconUser } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { reaches, useMe } from "~/api/me";
import { useLogOut } from "~/features/identity/useIdentity";
import { initialsOf } from "~/features/identity/words";

/** Who is looking, and what is theirs. */
export function YouMenu() {
  const me = useMe();
  const { mutate: logOut } = useLogOut();
  if (me === undefined) return null;
  const letters = me.kind === "local" ? "" : initialsOf(me.name);
  return (
    <Menu position="bottom-end" width={230} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon
          variant="transparent"
          size="lg"
          radius="xl"
          aria-label={`${letters} You: ${me.name}`.trim()}
        >
          <Avatar size={28} radius="xl" color="yarn" variant="filled" alt="">
            {me.kind === "local" ? <IconUser size={16} aria-hidden /> : letters}
          </Avatar>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to="/account" leftSection={<IconUser size={16} aria-hidden />}>
          <Text size="sm" fw={600} truncate>
            {me.kind === "local" ? "This machine" : me.name}
          </Text>
          <Text size="xs" truncate>
            Account · {me.role}
          </Text>
        </Menu.Item>
        {reaches(me.role, "admin") && (
          <Menu.Item component={Link} to="/audit" leftSection={<IconHistory size={16} aria-hidden />}>
            Audit log
          </Menu.Item>
        )}
        {me.kind === "person" && (
          <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => logOut("this")}>
            Log out
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
