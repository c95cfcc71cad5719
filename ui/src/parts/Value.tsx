import { Anchor, Code, Text } from "@mantine/core";
import { figure } from "~/parts/figures";

const LONG = 600;

/** A value that somebody reported: a number, a text, a link, or JSON. */
export function Value({ value, name = "" }: { value: unknown; name?: string }) {
  if (value === null || value === undefined)
    return (
      <Text span size="sm" c="dimmed">
        –
      </Text>
    );
  if (typeof value === "number") return <>{figure(name, value)}</>;
  if (typeof value === "boolean") return <>{value ? "yes" : "no"}</>;
  if (typeof value === "string") return <Words text={value} />;
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return <>{value.join(", ")}</>;
  const text = JSON.stringify(value, null, 1);
  if (text.length < 60) return <Code>{JSON.stringify(value)}</Code>;
  return (
    <Code block style={{ maxHeight: 220, overflow: "auto" }} tabIndex={0}>
      {text.length > LONG * 10 ? `${text.slice(0, LONG * 10)}…` : text}
    </Code>
  );
}

function Words({ text }: { text: string }) {
  if (/^https?:\/\/\S+$/.test(text))
    return (
      <Anchor
        href={text}
        size="sm"
        target="_blank"
        rel="noreferrer noopener"
        style={{ overflowWrap: "anywhere" }}
      >
        {text}
      </Anchor>
    );
  return (
    <span style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
      {text.length > LONG ? `${text.slice(0, LONG)}…` : text}
    </span>
  );
}
