import { CloseButton, Combobox, Group, Text, TextInput, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type RefObject, useEffect, useState } from "react";
import { suggestionsQuery } from "~/graph/queries";

type Props = {
  value: string;
  apply: (selection: string) => void;
  error?: string | undefined;
  input: RefObject<HTMLInputElement | null>;
};

const PAUSE = 120; // milliseconds after which somebody has stopped typing

/** Where a selection is written; what may come next is suggested, what is wrong is told below. */
export function SelectionBox({ value, apply, error, input }: Props) {
  const [text, setText] = useState(value);
  const [caret, setCaret] = useState(value.length);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  useEffect(() => setText(value), [value]);
  const [asked] = useDebouncedValue(`${caret} ${text}`, PAUSE);
  const at = Number.parseInt(asked, 10);
  const { data } = useQuery({
    ...suggestionsQuery(asked.slice(asked.indexOf(" ") + 1), at),
    enabled: combobox.dropdownOpened,
  });
  const items = data?.items ?? [];

  const insert = (word: string) => {
    const start = Math.min(data?.start ?? 0, text.length);
    const end = Math.min(data?.end ?? text.length, text.length);
    const changed = text.slice(0, start) + word + text.slice(end);
    setText(changed);
    setCaret(start + word.length);
    requestAnimationFrame(() => input.current?.setSelectionRange(start + word.length, start + word.length));
    combobox.resetSelectedOption();
  };
  const applyText = () => {
    combobox.closeDropdown();
    apply(text.trim());
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Enter" && combobox.getSelectedOptionIndex() < 0) {
      event.preventDefault();
      applyText();
    }
    if (event.key === "Escape" && !combobox.dropdownOpened) event.currentTarget.blur();
  };
  return (
    <Combobox store={combobox} onOptionSubmit={insert} position="bottom-start">
      <Combobox.Target>
        <TextInput
          ref={input}
          aria-label="Selection"
          placeholder="A selection: orders, +orders, group:marts, tag:tier=1…"
          value={text}
          leftSection={<IconSearch size={16} stroke={1.6} aria-hidden />}
          rightSectionPointerEvents="all"
          rightSection={
            text && (
              <CloseButton
                size="sm"
                aria-label="Clear the selection"
                onClick={() => {
                  setText("");
                  apply("");
                }}
              />
            )
          }
          spellCheck={false}
          autoComplete="off"
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13 } }}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setCaret(event.currentTarget.selectionStart ?? event.currentTarget.value.length);
            combobox.openDropdown();
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
          onFocus={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          onKeyDown={onKeyDown}
          error={error !== undefined}
          aria-describedby={error === undefined ? undefined : "selection-error"}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={items.length === 0}>
        <Combobox.Options mah={300} style={{ overflowY: "auto" }} aria-label="Suggestions">
          {items.map((each) => (
            <Combobox.Option key={`${each.kind} ${each.text}`} value={each.text}>
              <Group justify="space-between" gap="md" wrap="nowrap">
                <Text size="sm" ff="monospace" truncate>
                  {each.text}
                </Text>
                <Text size="xs" c="dimmed" truncate>
                  {each.detail || each.kind}
                </Text>
              </Group>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
      {error !== undefined && (
        <Text
          id="selection-error"
          role="alert"
          c="red"
          size="xs"
          ff="monospace"
          mt={4}
          style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}
        >
          {error}
        </Text>
      )}
    </Combobox>
  );
}
