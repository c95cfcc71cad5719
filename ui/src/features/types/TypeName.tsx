import { Highlight, Text } from "@mantine/core";

/** The name of a component type: the class is what people look for, the package is before it. */
export function TypeName({ name, words = [] }: { name: string; words?: string[] }) {
  const cut = name.lastIndexOf(".") + 1;
  return (
    <span style={{ overflowWrap: "anywhere" }}>
      <Text span inherit c="dimmed" fw={400}>
        {name.slice(0, cut)}
      </Text>
      <Highlight component="span" inherit highlight={words}>
        {name.slice(cut)}
      </Highlight>
    </span>
  );
}
