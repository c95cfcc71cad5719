import { useDebouncedValue } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { projectQuery } from "~/api/project";
import {
  type Change,
  type Diagnosis,
  diagnosisQuery,
  type EditorFile,
  editsFor,
} from "~/features/editor/asking";
import { changed, edited } from "~/features/editor/texts";

const PAUSE = 180; // milliseconds without a key before a text is looked at
const TRIES = 5;

/** What somebody has made of a file and not saved yet. */
export type Draft = {
  path: string;
  text: string;
  /** The file as it was read or saved last. */
  base: EditorFile;
  isNew: boolean;
  isChanged: boolean;
  diagnosis: Diagnosis | undefined;
  /** Whether what is known is about the text as it is now. */
  isCurrent: boolean;
  /** What a document says, with changes of the form that the text doesn't have yet. */
  saidBy: (document: number) => unknown;
  write: (text: string) => void;
  change: (change: Change) => void;
  rebase: (base: EditorFile, text?: string) => void;
  /** What tells one state of the project from another. */
  loaded: string;
};

/** A file that is being edited: its text is what counts, and the form changes it. */
export function useDraft(path: string, opened: EditorFile): Draft {
  const [base, setBase] = useState(opened);
  const [text, setText] = useState(opened.text);
  const [ahead, setAhead] = useState<{ document: number; value: unknown } | null>(null);
  const latest = useRef(text);
  const queue = useRef({ work: Promise.resolve(), length: 0 });
  const loaded = useQuery(projectQuery).data?.version ?? "";
  const [settled] = useDebouncedValue(text, PAUSE);
  const { data: diagnosis } = useQuery(diagnosisQuery(path, settled, loaded));

  const write = (next: string) => {
    latest.current = next;
    setText(next);
  };

  useEffect(() => {
    // The text says by now what the form has said.
    if (diagnosis?.text === latest.current && queue.current.length === 0) setAhead(null);
  }, [diagnosis]);

  const saidBy = (document: number): unknown =>
    ahead?.document === document ? ahead.value : diagnosis?.documents[document]?.value;

  const change = (asked: Change) => {
    setAhead({ document: asked.document, value: changed(saidBy(asked.document), asked) });
    queue.current.length += 1;
    queue.current.work = queue.current.work
      .then(() => applied(path, asked, () => latest.current))
      .then(write, (error: unknown) => {
        setAhead(null);
        const message = error instanceof Error ? error.message : String(error);
        notifications.show({ color: "red", title: "The text stays as it was", message });
      })
      .finally(() => {
        queue.current.length -= 1;
      });
  };

  const rebase = (next: EditorFile, own?: string) => {
    setBase(next);
    write(own ?? next.text);
  };

  const isNew = base.version === null;
  return {
    path,
    text,
    base,
    isNew,
    isChanged: isNew || text !== base.text,
    diagnosis,
    isCurrent: diagnosis?.text === text,
    saidBy,
    write,
    change,
    rebase,
    loaded,
  };
}

/** The text with a change of the form in it, also when somebody has typed meanwhile. */
async function applied(path: string, change: Change, latest: () => string): Promise<string> {
  for (let tries = 0; tries < TRIES; tries++) {
    const before = latest();
    const edits = await editsFor(path, before, change);
    if (latest() === before) return edited(before, edits);
  }
  throw new Error("the text changes too quickly");
}
