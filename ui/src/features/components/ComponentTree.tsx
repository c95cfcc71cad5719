import { ActionIcon, Badge, Loader, Text } from "@mantine/core";
import { IconChevronDown, IconChevronRight, IconFolder, IconFolderOpen } from "@tabler/icons-react";
import { useState } from "react";
import { ComponentRow } from "~/features/components/ComponentRow";
import styles from "~/features/components/Components.module.css";
import { type Folder, useTree } from "~/features/components/useComponents";
import { number } from "~/parts/amounts";
import { Wrong } from "~/parts/Wrong";

type Props = { folders: Folder[]; chosen: string | undefined };

/** Components as they lie in folders. */
export function ComponentTree({ folders, chosen }: Props) {
  return (
    <nav aria-label="Components in folders">
      <Branch folders={folders} chosen={chosen} />
    </nav>
  );
}

function Branch({ folders, chosen }: Props) {
  return (
    <ul className={styles.branch}>
      {folders.map((each) => (
        <Place key={each.path} folder={each} chosen={chosen} />
      ))}
    </ul>
  );
}

/** A folder, a component, or a component with others in its folder. */
function Place({ folder, chosen }: { folder: Folder; chosen: string | undefined }) {
  const isNeeded = chosen?.startsWith(`${folder.path}/`) === true;
  const [isOpen, setOpen] = useState(folder.children !== null || isNeeded);
  const hasMore = folder.children === null || folder.children.length > 0;
  const toggle = () => setOpen(!isOpen);
  return (
    <li>
      <div className={styles.row}>
        {hasMore ? (
          <ActionIcon
            variant="subtle"
            color="gray"
            size={24}
            aria-expanded={isOpen}
            aria-label={`Components in ${folder.path}`}
            onClick={toggle}
          >
            {isOpen ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
          </ActionIcon>
        ) : (
          <span className={styles.place} />
        )}
        {folder.component === null ? (
          <FolderRow folder={folder} isOpen={isOpen} toggle={toggle} />
        ) : (
          <ComponentRow
            component={folder.component}
            name={folder.name}
            isChosen={chosen === folder.component.address}
          />
        )}
      </div>
      {isOpen && hasMore && <Inside folder={folder} chosen={chosen} />}
    </li>
  );
}

function FolderRow({ folder, isOpen, toggle }: { folder: Folder; isOpen: boolean; toggle: () => void }) {
  const Icon = isOpen ? IconFolderOpen : IconFolder;
  return (
    <button type="button" className={styles.name} onClick={toggle} aria-expanded={isOpen}>
      <Icon
        size={16}
        stroke={1.6}
        color="var(--mantine-color-dimmed)"
        aria-hidden
        style={{ flexShrink: 0 }}
      />
      <span className={styles.word}>{folder.name}</span>
      {folder.broken > 0 && (
        <Badge size="xs" radius="sm" color="red" variant="light" tt="none" style={{ flexShrink: 0 }}>
          {number(folder.broken)} broken
        </Badge>
      )}
      <Text span size="xs" c="dimmed" ml="auto" title={`${folder.assets} assets`}>
        {folder.assets > 0 && number(folder.assets)}
      </Text>
    </button>
  );
}

/** What is in a folder; what the tree didn't bring is asked for when it is unfolded. */
function Inside({ folder: { path, children }, chosen }: { folder: Folder; chosen: string | undefined }) {
  const { data, error, refetch } = useTree(path, children === null);
  const folders = children ?? data?.items;
  if (error) return <Wrong error={error} retry={() => void refetch()} />;
  return folders === undefined ? <Loader size="xs" ml={32} /> : <Branch folders={folders} chosen={chosen} />;
}
