import { Badge, Group, Highlight, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import styles from "~/features/types/TypeCard.module.css";
import { TypeName } from "~/features/types/TypeName";
import type { ComponentType } from "~/features/types/useTypes";
import { number } from "~/parts/amounts";

type Props = { type: ComponentType /** What was looked for. */; words?: string[] };

/** A component type in a list: what it is for, and where it says what was looked for. */
export function TypeCard({ type: { name, summary, used, deprecated, matches }, words = [] }: Props) {
  const said = matches.filter(({ where }) => where !== "name" && where !== "summary");
  return (
    <article className={styles.card}>
      <Group gap="xs" justify="space-between" wrap="nowrap" align="flex-start">
        <Link to="/types/$name" params={{ name }} className={styles.link}>
          <TypeName name={name} words={words} />
        </Link>
        <Group gap={4} wrap="nowrap">
          {deprecated !== null && (
            <Badge size="xs" radius="sm" color="yellow" variant="light">
              deprecated
            </Badge>
          )}
          {used > 0 && (
            <Badge size="xs" radius="sm" variant="light" tt="none">
              {number(used)} used
            </Badge>
          )}
        </Group>
      </Group>
      <Highlight highlight={words} size="sm" c="dimmed" mt={4} component="p" m={0}>
        {plainly(summary)}
      </Highlight>
      {said.length > 0 && (
        <Stack gap={0} mt={6} mx={-8}>
          {said.map((each) => (
            <Match key={`${each.where} ${each.path}`} name={name} match={each} words={words} />
          ))}
        </Stack>
      )}
    </article>
  );
}

type MatchProps = { name: string; match: ComponentType["matches"][number]; words: string[] };

function Match({ name, match: { where, path, text }, words }: MatchProps) {
  const said = (
    <Highlight highlight={words} size="xs" component="span">
      {plainly(text)}
    </Highlight>
  );
  if (path === null) {
    return (
      <div className={styles.match}>
        <Text span size="xs" c="dimmed">
          {where === "alias" ? "also known as" : "documentation"}
        </Text>
        {said}
      </div>
    );
  }
  return (
    <Link to="/types/$name" params={{ name }} hash={path} className={styles.match}>
      <span className={styles.path}>{path}</span>
      {text !== path.slice(path.lastIndexOf(".") + 1) && said}
    </Link>
  );
}

/** A line of documentation without its marks. */
function plainly(text: string): string {
  return text.replaceAll("`", "");
}
