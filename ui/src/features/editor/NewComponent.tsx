import {
  Button,
  Code,
  Group,
  Modal,
  Radio,
  Select,
  type SelectProps,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { api, given } from "~/api/client";
import { typeQuery, typesQuery } from "~/features/editor/asking";
import { spaced } from "~/features/editor/form/schemas";
import { Words } from "~/features/editor/form/Words";
import { Allowed } from "~/parts/Allowed";
import { Wrong } from "~/parts/Wrong";

const route = getRouteApi("/editor");
const NAME = /^[^/\\\s.][^/\\]*(\/[^/\\\s.][^/\\]*)*$/;
type Beginning = "form" | "example";

/** Asks what a new component is to be, and where. */
export function NewComponent({ defs, files }: { defs: string; files: string[] }) {
  const { type: given } = route.useSearch();
  const navigate = route.useNavigate();
  const [type, setType] = useState<string | null>(given ?? null);
  const [name, setName] = useState("");
  const [beginning, setBeginning] = useState<Beginning>("form");
  const [params, setParams] = useState<Record<string, string>>({});
  const folder = name.trim();
  const path = `${defs}/${folder}/defs.yaml`;
  const wrong = mistakeIn(folder, defs, files);
  const isReady = type !== null && folder !== "" && wrong === null;
  const make = useMake((made) => void navigate({ search: { file: made } }));
  const close = () => void navigate({ search: {} });
  const submit = () => {
    if (type === null || !isReady) return;
    if (beginning === "form") void navigate({ search: { file: path, type } });
    else make.mutate({ type, folder, params: written(params) });
  };
  return (
    <Modal opened onClose={close} title="New component">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack gap="md">
          <TypeSelect type={type} choose={setType} />
          <TextInput
            label="Folder"
            description="It names the component; a / makes a folder in a folder."
            placeholder="sales/orders"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={name === "" ? null : wrong}
            required
          />
          <Radio.Group
            label="Begin with"
            value={beginning}
            onChange={(next) => setBeginning(next === "example" ? "example" : "form")}
          >
            <Stack gap={8} mt={6}>
              <Radio value="form" label="An empty form" description="Nothing is saved until you save it." />
              <Radio
                value="example"
                label="An example"
                description="It is saved at once, with the files that belong to it: a script, a query."
              />
            </Stack>
          </Radio.Group>
          {beginning === "example" && type !== null && (
            <Params type={type} params={params} write={setParams} />
          )}
          {make.error && <Wrong error={make.error} />}
          {folder !== "" && wrong === null && (
            <Text size="xs" c="dimmed">
              The file will be <Code style={{ overflowWrap: "anywhere" }}>{path}</Code>
            </Text>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Allowed needs="editor">
              <Button type="submit" disabled={!isReady} loading={make.isPending}>
                {beginning === "form" ? "Fill in the form" : "Make the example"}
              </Button>
            </Allowed>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

type Asked = { type: string; folder: string; params: Record<string, string> };

/** Makes a component as its type does, and tells where it is. */
function useMake(done: (path: string) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Asked) => given(api.POST("/api/editor/scaffold", { body })),
    onSuccess: async ({ path }) => {
      await client.invalidateQueries({ queryKey: ["editor"], exact: true });
      done(path);
    },
  });
}

function written(params: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value.trim() !== ""));
}

function TypeSelect({ type, choose }: { type: string | null; choose: (type: string | null) => void }) {
  const { data: types, error } = useQuery(typesQuery);
  const items = (types?.items ?? []).filter((each) => each.deprecated === null || each.name === type);
  const summaries = new Map(items.map((each) => [each.name, each.summary]));
  const option: SelectProps["renderOption"] = ({ option: { value } }) => (
    <div>
      <Text size="sm" fw={500}>
        {value}
      </Text>
      <Words>{summaries.get(value) ?? ""}</Words>
    </div>
  );
  if (error) return <Wrong error={error} />;
  return (
    <Select
      label="Component type"
      description={(type !== null && summaries.get(type)) || "What the component is."}
      placeholder="Search for a type"
      data={items.map((each) => each.name)}
      value={type}
      onChange={choose}
      renderOption={option}
      searchable
      required
      nothingFoundMessage="No type has such a name"
      maxDropdownHeight={320}
    />
  );
}

type ParamsProps = {
  type: string;
  params: Record<string, string>;
  write: (params: Record<string, string>) => void;
};

/** What a type can be told when it makes an example. */
function Params({ type, params, write }: ParamsProps) {
  const { data: about } = useQuery(typeQuery(type));
  return Object.entries(about?.scaffold_params ?? {}).map(([name, description]) => (
    <TextInput
      key={name}
      label={spaced(name)}
      description={description}
      value={params[name] ?? ""}
      onChange={(event) => write({ ...params, [name]: event.currentTarget.value })}
    />
  ));
}

/** Why there can't be a component in a folder; null when there can. */
export function mistakeIn(folder: string, defs: string, files: readonly string[]): string | null {
  if (!NAME.test(folder)) return "Write names of folders, with / between them";
  const place = `${defs}/${folder}`;
  const isTaken = files.some((each) => each.slice(0, each.lastIndexOf("/")) === place);
  return isTaken ? "There is a component in this folder already" : null;
}
