import { TextInput, type TextInputProps } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";

const PAUSE = 180; // milliseconds without a key before anybody is told

type Props = { value: string; onChange: (text: string) => void } & Omit<TextInputProps, "value" | "onChange">;

/** A line for words that are looked for; it tells them when somebody stops typing, and follows when they change elsewhere. */
export function SearchInput({ value, onChange, ...rest }: Props) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  const tell = useDebouncedCallback((next: string) => {
    told.current = next.trim();
    onChange(told.current);
  }, PAUSE);
  useEffect(() => {
    if (value !== told.current) {
      told.current = value;
      setText(value);
    }
  }, [value]);
  return (
    <TextInput
      type="search"
      leftSection={<IconSearch size={16} aria-hidden />}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
      {...rest}
    />
  );
}
