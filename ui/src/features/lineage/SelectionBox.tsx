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
  const written = asked.slice(asked.indexOf(" ") + 1);
  const { data } = useQuery({
    ...suggestionsQuery(written, at),
    enabled: combobox.dropdownOpened,
    select: (found) => ({ ...found, before: written.slice(0, found.start) }),
  });
  const word = data && wordIn(text, caret, data);
  const items = word ? data.items : [];

  const insert = (chosen: string) => {
    if (word === undefined) return;
    const { start, end } = word;
    const changed = text.slice(0, start) + chosen + text.slice(end);
    setText(changed);
    setCaret(start + chosen.length);
    requestAnimationFrame(() =>
      input.current?.setSelectionRange(start + chosen.length, start + chosen.length),
    );
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
          styles={{
            input: {
              fontFamily: "var(--mantine-font-family-monospace)",
              fontSize: 13,
              color: "var(--mantine-color-text)",
            },
          }}
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

/** The word that suggestions are for; none when another one has been begun since they were asked for. */
function wordIn(text: string, caret: number, found: { start: number; before: string }) {
  if (text.slice(0, found.start) !== found.before || caret < found.start) return undefined;
  if (!/^"?[^\s(),+"']*$/.test(text.slice(found.start, caret))) return undefined;
  const after = /^[^\s(),+"']*"?/.exec(text.slice(caret))?.[0] ?? "";
  return { start: found.start, end: caret + after.length };
}
