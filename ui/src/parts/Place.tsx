import { Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { projectQuery } from "~/api/project";
import { Copy } from "~/parts/Copy";

type Props = { file: string | null; line: number | null; column?: number | null };

/** A file and a line, as whoever sits in the project's folder calls them. */
export function Place({ file, line, column = null }: Props) {
  const root = useQuery(projectQuery).data?.root;
  if (file === null) return null;
  const place = placeFrom(root, file, line, column);
  return (
    <Group gap={2} wrap="nowrap" style={{ minWidth: 0 }}>
      <Text ff="monospace" size="xs" c="dimmed" title={file} style={{ overflowWrap: "anywhere" }}>
        {place}
      </Text>
      <Copy text={place} label={`Copy the place ${place}`} />
    </Group>
  );
}

/** A place below the project's folder, without that; otherwise the whole path. */
export function placeFrom(
  root: string | undefined,
  file: string,
  line: number | null,
  column: number | null = null,
): string {
  const within = root !== undefined && file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file;
  return [within, line, column].filter((each) => each !== null).join(":");
}
