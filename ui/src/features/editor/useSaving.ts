import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useState } from "react";
import type { ApiRecord } from "~/api/client";
import { type EditorFile, fileKey, saveFile } from "~/features/editor/asking";
import type { Draft } from "~/features/editor/useDraft";

const route = getRouteApi("/editor");

/** Saving a draft, and what stands in the way of it. */
export type SavingDraft = {
  save: () => Promise<boolean>;
  isSaving: boolean;
  /** What somebody else has written, when it was in the way. */
  conflict: ApiRecord<"Conflict"> | null;
  dismiss: () => void;
  takeTheirs: () => void;
  keepMine: () => void;
  /** What is on the server by now, when that isn't what is edited. */
  newer: EditorFile | null;
  adopt: () => void;
  compare: () => void;
};

export function useSaving(draft: Draft, opened: EditorFile): SavingDraft {
  const client = useQueryClient();
  const navigate = route.useNavigate();
  const [conflict, setConflict] = useState<ApiRecord<"Conflict"> | null>(null);
  const [newer, setNewer] = useState<EditorFile | null>(null);

  const follow = useEffectEvent((file: EditorFile) => {
    if (file.version === draft.base.version || file.version === null) return;
    // Whoever has written nothing sees what is there now.
    if (draft.text === draft.base.text) draft.rebase(file);
    else setNewer(file);
  });
  useEffect(() => follow(opened), [opened]);

  const accept = (file: EditorFile, text?: string) => {
    client.setQueryData(fileKey(draft.path), file);
    setConflict(null);
    setNewer(null);
    draft.rebase(file, text);
  };
  const mutation = useMutation({
    mutationFn: ({ text, version }: { text: string; version: string | null }) =>
      saveFile(draft.path, text, version),
    onError: (error) =>
      notifications.show({
        color: "red",
        title: "It could not be saved",
        message: error.message,
        autoClose: 10_000,
      }),
  });

  const send = async (version: string | null): Promise<boolean> => {
    const text = draft.text;
    const isNew = version === null;
    const found = await mutation.mutateAsync({ text, version }).catch(() => null);
    if (found === null) return false;
    if ("conflict" in found) {
      setConflict(found.conflict);
      return false;
    }
    accept(found.file);
    if (isNew) {
      void navigate({ search: ({ type: _, ...rest }) => rest, replace: true, ignoreBlocker: true });
    }
    void client.invalidateQueries({ queryKey: ["editor"], exact: true });
    notifications.show({ color: "teal", message: "Saved. The project is loaded again." });
    return true;
  };

  const theirs = conflict?.now ?? newer;
  return {
    save: () => send(draft.base.version),
    isSaving: mutation.isPending,
    conflict,
    dismiss: () => setConflict(null),
    takeTheirs: () => theirs && accept(theirs),
    keepMine: () => void send(theirs?.version ?? null),
    newer,
    adopt: () => newer && accept(newer),
    compare: () => void send(draft.base.version), // it isn't what is there any more: the answer is the difference
  };
}
