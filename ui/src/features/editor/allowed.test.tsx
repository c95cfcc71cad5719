import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { meQuery, type Role } from "~/api/me";
import { Bar } from "~/features/editor/Bar";
import { ConflictDialog } from "~/features/editor/ConflictDialog";
import { NewButton } from "~/features/editor/EditorStart";
import type { Draft } from "~/features/editor/useDraft";
import type { SavingDraft } from "~/features/editor/useSaving";

afterEach(cleanup);

const nothing = () => undefined;

async function showTo(role: Role, what: ReactNode) {
  const client = new QueryClient();
  client.setQueryData(meQuery.queryKey, { role } as never);
  const router = createRouter({
    routeTree: createRootRoute({ component: () => what }),
    history: createMemoryHistory(),
  });
  render(
    <QueryClientProvider client={client}>
      <MantineProvider env="test">
        <RouterProvider router={router as never} />
      </MantineProvider>
    </QueryClientProvider>,
  );
  await screen.findAllByRole("button");
}

function page(save: () => Promise<boolean>, keep: () => void, commit: () => void) {
  const saving = { save, isSaving: false } as unknown as SavingDraft;
  const draft = { path: "defs/a/defs.yaml", isNew: false, isChanged: true } as unknown as Draft;
  const conflict = { now: null, diff: "", error: {} } as never;
  return (
    <>
      <Bar draft={draft} saving={saving} />
      <Bar draft={{ ...draft, isChanged: false }} saving={saving} commit={commit} />
      <NewButton />
      <ConflictDialog conflict={conflict} close={nothing} takeTheirs={nothing} keepMine={keep} />
    </>
  );
}

it.each<[Role, number]>([
  ["viewer", 0],
  ["launcher", 0],
  ["editor", 1],
  ["admin", 1],
])("a %s changes something %i times with each of the controls, and is told why not", async (role, times) => {
  const save = vi.fn(async () => true);
  const keep = vi.fn();
  const commit = vi.fn();
  await showTo(role, page(save, keep, commit));
  const user = userEvent.setup({ pointerEventsCheck: 0 });
  const hidden = true; // behind the dialog
  const [saveIt] = screen.getAllByRole("button", { name: "Save", hidden });
  if (saveIt === undefined) throw new Error("there is nothing to save with");
  await user.click(saveIt);
  await user.click(screen.getByRole("button", { name: "Commit…", hidden }));
  await user.click(screen.getByRole("button", { name: "Make it again" }));
  expect([save, commit, keep].map((each) => each.mock.calls.length)).toEqual([times, times, times]);
  const begin = screen.getByRole("link", { name: "New component", hidden });
  expect(begin.getAttribute("aria-disabled")).toBe(times === 0 ? "true" : null);
  const why = screen.queryAllByRole("note", {
    name: `This needs the role editor; yours is ${role}.`,
    hidden,
  });
  expect(why).toHaveLength(times === 0 ? 5 : 0);
  await user.keyboard("{Control>}s{/Control}");
  expect(save).toHaveBeenCalledTimes(times * 3); // by the button, and once for each of the bars
});
