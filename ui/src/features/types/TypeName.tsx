import { Highlight, Text } from "@mantine/core";
import { Fragment } from "react";

/** The name of a component type: the class is what people look for, the package is before it. */
export function TypeName({ name, words = [] }: { name: string; words?: string[] }) {
  const cut = name.lastIndexOf(".") + 1;
  return (
    <span style={{ overflowWrap: "anywhere" }}>
      <Text span inherit c="dimmed" fw={400}>
        {name.slice(0, cut)}
      </Text>
      {words.length === 0 ? (
        <Humps word={name.slice(cut)} />
      ) : (
        <Highlight component="span" inherit highlight={words}>
          {name.slice(cut)}
        </Highlight>
      )}
    </span>
  );
}

/** A name that breaks before its capitals, where there is no room for all of it. */
function Humps({ word }: { word: string }) {
  return word.split(/(?=[A-Z][a-z])/).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a part has nothing but its place
    <Fragment key={index}>
      <wbr />
      {part}
    </Fragment>
  ));
}
