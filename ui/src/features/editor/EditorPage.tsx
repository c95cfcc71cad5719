import { Alert, Skeleton, Stack } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ApiRecord } from "~/api/client";
import { useMe, useRefusal } from "~/api/me";
import { beginFile, editorQuery, fileKey, openFile } from "~/features/editor/asking";
import { EditorStart, NewButton } from "~/features/editor/EditorStart";
import { Workbench } from "~/features/editor/Workbench";
import { Empty } from "~/parts/Empty";
import { TextLink } from "~/parts/links";
import { PageTitle } from "~/parts/PageTitle";
import { Wrong } from "~/parts/Wrong";

const route = getRouteApi("/editor");

/** Where components are written. */
export function EditorPage() {
  const { file, type } = route.useSearch();
  const refusal = useRefusal("editor");
  // Who may not edit isn't told which files there are: the server isn't asked in vain.
  const mayAsk = useMe() !== undefined && refusal === undefined;
  const { data: state, error, refetch } = useQuery({ ...editorQuery, enabled: mayAsk });
  if (refusal !== undefined) return <Refused why={refusal} />;
  if (error) {
    return (
      <>
        <PageTitle title="Editor" />
        <Wrong error={error} retry={() => void refetch()} />
      </>
    );
  }
  if (state === undefined) return <Waiting title="Editor" />;
  if (file === undefined) return <EditorStart state={state} />;
  return <Opened key={file} path={file} type={type} state={state} />;
}

/** The editor for those who may not edit: what it is for, and why it isn't for them. */
function Refused({ why }: { why: string }) {
  return (
    <>
      <PageTitle
        title="Editor"
        about="Make and change components, as a form or as YAML."
        actions={<NewButton />}
      />
      <Empty title="You may not edit components here" icon={IconLock}>
        {why} Ask those who look after the server. What the components say is on their own pages:{" "}
        <TextLink to="/components" search={{}} underline="always">
          look at the components
        </TextLink>
        .
      </Empty>
    </>
  );
}

type OpenedProps = { path: string; type: string | undefined; state: ApiRecord<"EditorState"> };

function Opened({ path, type, state }: OpenedProps) {
  const { data, error, refetch } = useQuery({
    queryKey: fileKey(path),
    queryFn: () =>
      type === undefined || state.files.includes(path) ? openFile(path) : beginFile(path, type, state.defs),
    gcTime: 0, // what is opened is read anew
  });
  const title = path.split("/").at(-2) ?? path;
  if (data === undefined && error) {
    return (
      <>
        <PageTitle title={title} about={<AllFiles path={path} />} />
        <Wrong error={error} retry={() => void refetch()} />
      </>
    );
  }
  if (data === undefined) return <Waiting title={title} />;
  if (data.locked !== "") {
    return (
      <>
        <PageTitle title={title} about={<AllFiles path={path} />} />
        <Alert
          variant="light"
          color="yellow"
          icon={<IconLock aria-hidden />}
          title="This file can't be edited here"
        >
          {data.locked.charAt(0).toUpperCase() + data.locked.slice(1)}.
        </Alert>
      </>
    );
  }
  return <Workbench path={path} opened={data} git={state.git} />;
}

function AllFiles({ path }: { path: string }) {
  return (
    <>
      <TextLink to="/editor" search={{}} underline="always">
        All files
      </TextLink>
      {" · "}
      {path}
    </>
  );
}

function Waiting({ title }: { title: string }) {
  return (
    <>
      <PageTitle title={title} />
      <Stack role="status" aria-busy="true" aria-label="Loading">
        <Skeleton h={36} maw={420} />
        <Skeleton h={320} />
      </Stack>
    </>
  );
}
