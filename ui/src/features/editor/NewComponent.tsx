import { Button, Code, Group, Modal, Select, type SelectProps, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { typesQuery } from "~/features/editor/asking";
import { Wrong } from "~/parts/Wrong";

const route = getRouteApi("/editor");
const NAME = /^[^/\\\s.][^/\\]*(\/[^/\\\s.][^/\\]*)*$/;

/** Asks what a new component is to be, and where. */
export function NewComponent({ defs, files }: { defs: string; files: string[] }) {
  const { type: given } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: types, error } = useQuery(typesQuery);
  const [type, setType] = useState<string | null>(given ?? null);
  const [folder, setFolder] = useState("");
  const path = `${defs}/${folder.trim()}/defs.yaml`;
  const about = types?.items.find((each) => each.name === type)?.summary ?? "";
  const wrong = mistakeIn(folder.trim(), defs, files);
  const close = () => void navigate({ search: {} });
  const summaries = new Map(types?.items.map((each) => [each.name, each.summary]));
  const option: SelectProps["renderOption"] = ({ option: { value } }) => (
    <div>
      <Text size="sm" fw={500}>
        {value}
      </Text>
      <Text size="xs" c="dimmed">
        {summaries.get(value)}
      </Text>
    </div>
  );
  return (
    <Modal opened onClose={close} title="New component">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (type !== null && folder.trim() !== "" && wrong === null) {
            void navigate({ search: { file: path, type } });
          }
        }}
      >
        <Stack gap="md">
          {error && <Wrong error={error} />}
          <Select
            label="Component type"
            description={about || "What the component is."}
            placeholder="Search for a type"
            data={(types?.items ?? []).filter((each) => each.deprecated === null).map((each) => each.name)}
            value={type}
            onChange={setType}
            renderOption={option}
            searchable
            required
            nothingFoundMessage="No type has such a name"
            maxDropdownHeight={320}
          />
          <TextInput
            label="Folder"
            description="It names the component; a / makes a folder in a folder."
            placeholder="sales/orders"
            value={folder}
            onChange={(event) => setFolder(event.currentTarget.value)}
            error={folder === "" ? null : wrong}
            required
          />
          {folder.trim() !== "" && wrong === null && (
            <Text size="xs" c="dimmed">
              The file will be <Code style={{ overflowWrap: "anywhere" }}>{path}</Code>
            </Text>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" disabled={type === null || folder.trim() === "" || wrong !== null}>
              Fill in the form
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Why there can't be a component in a folder; null when there can. */
export function mistakeIn(folder: string, defs: string, files: readonly string[]): string | null {
  if (!NAME.test(folder)) return "Write names of folders, with / between them";
  const taken = files.find(
    (each) =>
      each.startsWith(`${defs}/${folder}/`) &&
      each.split("/").length === `${defs}/${folder}`.split("/").length + 1,
  );
  return taken === undefined ? null : "There is a component in this folder already";
}
