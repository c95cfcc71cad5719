import { Badge, Tabs } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { MistakeList } from "~/features/editor/MistakeList";
import { PreviewPanel } from "~/features/editor/PreviewPanel";
import type { Draft } from "~/features/editor/useDraft";

const route = getRouteApi("/editor");

/** What is wrong, and what saving would do. */
export function Panel({ draft, show }: { draft: Draft; show: (line: number) => void }) {
  const { panel = "problems" } = route.useSearch();
  const navigate = route.useNavigate();
  const see = (next: string | null) =>
    void navigate({
      search: ({ panel: _, ...rest }) => (next === "preview" ? { ...rest, panel: "preview" } : rest),
      replace: true,
      ignoreBlocker: true,
    });
  const mistakes = draft.diagnosis?.mistakes ?? [];
  const errors = mistakes.some((each) => each.severity === "error");
  return (
    <Tabs value={panel} onChange={see} keepMounted={false}>
      <Tabs.List mb="xs">
        <Tabs.Tab
          value="problems"
          rightSection={
            mistakes.length > 0 ? (
              <Badge
                size="sm"
                circle={mistakes.length < 10}
                variant="light"
                color={errors ? "red" : "yellow"}
              >
                {mistakes.length}
              </Badge>
            ) : undefined
          }
        >
          Problems
        </Tabs.Tab>
        <Tabs.Tab value="preview">What saving does</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="problems">
        <MistakeList draft={draft} show={show} />
      </Tabs.Panel>
      <Tabs.Panel value="preview">
        <PreviewPanel draft={draft} />
      </Tabs.Panel>
    </Tabs>
  );
}
