import { Modal, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import styles from "~/features/search/Search.module.css";
import { type Found, useSearch } from "~/features/search/useSearch";

/** A line to type in, and where it may lead: arrows choose, Enter goes there. */
export function SearchDialog({ close }: { close: () => void }) {
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const { found, isSearching } = useSearch(text);
  const navigate = useNavigate();
  const id = useId();
  const at = Math.min(chosen, Math.max(found.length - 1, 0));
  const go = (target: Found | undefined) => {
    if (target === undefined) return;
    close();
    void navigate({ to: target.to });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      setChosen((at + step + found.length) % found.length);
    } else if (event.key === "Enter") go(found[at]);
  };
  return (
    <Modal.Root opened onClose={close} padding={0} size="lg">
      <Modal.Overlay />
      <Modal.Content aria-label="Search">
        <TextInput
          data-autofocus
          variant="unstyled"
          size="md"
          px="sm"
          aria-label="Search assets, component types and pages"
          placeholder="Assets, component types, pages…"
          leftSection={<IconSearch size={18} aria-hidden />}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
          role="combobox"
          aria-expanded
          aria-controls={`${id}-results`}
          aria-activedescendant={found.length > 0 ? `${id}-${at}` : undefined}
        />
        <div className={styles.results} id={`${id}-results`} role="listbox" aria-label="Where to go">
          {found.map((each, index) => (
            <Result
              key={each.to}
              id={`${id}-${index}`}
              found={each}
              title={each.kind === found[index - 1]?.kind ? "" : each.kind}
              isChosen={index === at}
              choose={() => setChosen(index)}
              go={() => go(each)}
            />
          ))}
          {found.length === 0 && (
            <Text size="sm" c="dimmed" p="md" ta="center" role="status">
              {isSearching ? "Searching…" : `Nothing is called “${text.trim()}”`}
            </Text>
          )}
        </div>
      </Modal.Content>
    </Modal.Root>
  );
}

type ResultProps = {
  id: string;
  found: Found;
  title: string;
  isChosen: boolean;
  choose: () => void;
  go: () => void;
};

function Result({ id, found: { label, about, icon: Icon }, title, isChosen, choose, go }: ResultProps) {
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isChosen) line.current?.scrollIntoView({ block: "nearest" });
  }, [isChosen]);
  return (
    <>
      {title && (
        <div className={styles.title} role="presentation">
          {title}
        </div>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the line above takes the keys, and says which of these is chosen */}
      <div
        ref={line}
        id={id}
        role="option"
        tabIndex={-1}
        aria-selected={isChosen}
        className={styles.result}
        onMouseMove={choose}
        onClick={go}
      >
        <Icon size={16} stroke={1.6} aria-hidden style={{ flexShrink: 0 }} />
        <div className={styles.words}>
          <Text size="sm" truncate>
            {label}
          </Text>
          {about && (
            <Text size="xs" c="dimmed" truncate>
              {about}
            </Text>
          )}
        </div>
      </div>
    </>
  );
}
