import { Anchor, type AnchorProps, Badge, type BadgeProps, Button, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { ComponentPropsWithRef } from "react";

type Html = Omit<ComponentPropsWithRef<"a">, "color" | "style">;

/** A link within the app, in a text. */
export const TextLink = createLink((props: AnchorProps & Html) => <Anchor size="sm" {...props} />);

/** A link within the app that looks like a button. */
export const ButtonLink = createLink((props: ButtonProps & Html) => <Button component="a" {...props} />);

/** A link within the app that looks like a badge. */
export const BadgeLink = createLink((props: BadgeProps & Html) => (
  <Badge component="a" radius="sm" tt="none" fw={500} style={{ cursor: "pointer" }} {...props} />
));
