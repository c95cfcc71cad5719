import { ActionIcon, CloseButton, TextInput, Tooltip } from "@mantine/core";
import {
  IconArrowBarToDown,
  IconChevronDown,
  IconChevronUp,
  IconDownload,
  IconSearch,
  IconTextWrap,
  type TablerIcon,
} from "@tabler/icons-react";
import type { KeyboardEvent } from "react";
import type { LogSearch } from "~/features/run/output/LogView";
import styles from "~/features/run/output/LogView.module.css";
import { amount, number } from "~/parts/amounts";

type Props = {
  search: LogSearch;
  isWrapped: boolean;
  wrap: (on: boolean) => void;
  isFollowing: boolean;
  follow: (on: boolean) => void;
  download: string;
  name: string;
  count: number;
};

/** What can be done with an output: search, wrap, follow, save. */
export function LogBar({ search, isWrapped, wrap, isFollowing, follow, download, name, count }: Props) {
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter") search.go(event.shiftKey ? -1 : 1);
    if (event.key === "Escape") search.look("");
  };
  return (
    <div className={styles.bar}>
      <TextInput
        className={styles.search}
        size="xs"
        aria-label="Search in the output"
        placeholder="Search in the output"
        leftSection={<IconSearch size={14} aria-hidden />}
        rightSection={
          search.word && (
            <CloseButton size="xs" aria-label="Clear the search" onClick={() => search.look("")} />
          )
        }
        value={search.word}
        onChange={(event) => search.look(event.currentTarget.value)}
        onKeyDown={press}
      />
      <output className={styles.matches}>{wordsOf(search, count)}</output>
      <div className={styles.tools}>
        <Tool icon={IconChevronUp} label="Match before" act={() => search.go(-1)} off={search.count === 0} />
        <Tool icon={IconChevronDown} label="Next match" act={() => search.go(1)} off={search.count === 0} />
        <Tool icon={IconTextWrap} label="Wrap long lines" isOn={isWrapped} act={() => wrap(!isWrapped)} />
        <Tool
          icon={IconArrowBarToDown}
          label="Follow the end"
          isOn={isFollowing}
          act={() => follow(!isFollowing)}
        />
        <Tooltip label="Save as a file">
          <ActionIcon
            component="a"
            href={download}
            download={name}
            variant="subtle"
            color="gray"
            aria-label="Save the output as a file"
          >
            <IconDownload size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </div>
    </div>
  );
}

function wordsOf({ shown, count, place }: LogSearch, lines: number): string {
  if (shown === "") return amount(lines, "line");
  return count === 0 ? "not found" : `${number(place + 1)} of ${number(count)}`;
}

type ToolProps = { icon: TablerIcon; label: string; act: () => void; isOn?: boolean; off?: boolean };

function Tool({ icon: Icon, label, act, isOn, off }: ToolProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant={isOn ? "light" : "subtle"}
        color={isOn ? undefined : "gray"}
        aria-label={label}
        aria-pressed={isOn}
        onClick={act}
        disabled={off}
      >
        <Icon size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
