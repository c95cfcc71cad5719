import { Code, Text, type TextProps } from "@mantine/core";
import { piecesOf } from "~/features/editor/code/words";

/** A sentence of the documentation, with its names set as code. */
export function Words({ children, ...rest }: { children: string } & TextProps) {
  return (
    <Text size="xs" c="dimmed" component="span" display="block" {...rest}>
      {piecesOf(children).map((each, index) => {
        const key = `${index} ${each.text}`;
        if (each.as === "code") return <Code key={key}>{each.text}</Code>;
        return each.as === "strong" ? <b key={key}>{each.text}</b> : <span key={key}>{each.text}</span>;
      })}
    </Text>
  );
}

/** The first paragraph of a documentation, on one line. */
export function firstParagraph(text: string): string {
  return (text.split(/\n\s*\n/)[0] ?? "").replaceAll("\n", " ").trim();
}
