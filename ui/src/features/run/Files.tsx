import { Anchor, Button, Code, Group, Text } from "@mantine/core";
import {
  IconDownload,
  IconExternalLink,
  IconFile,
  IconPhoto,
  IconReportAnalytics,
} from "@tabler/icons-react";
import styles from "~/features/run/Files.module.css";
import { addressOfFile, firstOf, type Kept, type Shown, shownAs } from "~/features/run/files";
import type { Attempt } from "~/features/run/useRun";
import { Empty } from "~/parts/Empty";
import { size } from "~/parts/figures";

const ICONS = { page: IconReportAnalytics, picture: IconPhoto, text: IconFile, other: IconFile };

type Props = {
  run: string;
  step: string;
  attempt: Attempt;
  file: string | undefined;
  choose: (file: string) => void;
};

/** The files that an attempt has kept for people: executed notebooks, plots. */
export function Files({ run, step, attempt, file, choose }: Props) {
  const files = attempt.artifacts;
  const shown = files.find((each) => each.name === file) ?? firstOf(files);
  if (shown === undefined) {
    return (
      <Empty title="No files" icon={IconFile}>
        Notebooks keep themselves as they were executed; other steps may put files into{" "}
        <Code>context.artifacts</Code>.
      </Empty>
    );
  }
  const address = (name: string) => addressOfFile(run, step, attempt.attempt, name);
  return (
    <>
      <ul className={styles.list} aria-label="Files">
        {files.map((each) => (
          <li key={each.name}>
            <FileButton file={each} isShown={each === shown} choose={choose} />
          </li>
        ))}
      </ul>
      <Look kind={shownAs(shown.name)} name={shown.name} address={address(shown.name)} bytes={shown.size} />
    </>
  );
}

function FileButton({ file, isShown, choose }: { file: Kept; isShown: boolean; choose: Props["choose"] }) {
  const Icon = ICONS[shownAs(file.name)];
  return (
    <Button
      size="compact-sm"
      variant={isShown ? "light" : "default"}
      leftSection={<Icon size={14} aria-hidden />}
      aria-pressed={isShown}
      onClick={() => choose(file.name)}
    >
      {file.name}
    </Button>
  );
}

function Look({ kind, name, address, bytes }: { kind: Shown; name: string; address: string; bytes: number }) {
  return (
    <>
      <Group justify="space-between" mb={6} gap="xs">
        <Text size="sm" c="dimmed">
          {size(bytes)}
        </Text>
        <Group gap="md">
          {kind !== "other" && (
            <Anchor size="sm" href={address} target="_blank" rel="noopener noreferrer">
              <IconExternalLink size={14} aria-hidden /> Open in a tab
            </Anchor>
          )}
          <Anchor size="sm" href={`${address}&download=true`} download={name.split("/").at(-1)}>
            <IconDownload size={14} aria-hidden /> Save
          </Anchor>
        </Group>
      </Group>
      {kind === "picture" && <img className={styles.picture} src={address} alt={name} />}
      {/* What a step has made may hold anything: in the sandbox it has no origin, and runs no scripts. */}
      {(kind === "page" || kind === "text") && (
        <iframe className={styles.frame} sandbox="" src={address} title={name} loading="lazy" />
      )}
      {kind === "other" && (
        <Text size="sm" c="dimmed">
          Browsers can't show this kind of file.
        </Text>
      )}
    </>
  );
}
