import {
  Alert,
  Button,
  Code,
  CopyButton,
  Group,
  Modal,
  NumberInput,
  Select,
  Stack,
  TagsInput,
  TextInput,
} from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type Me, ROLES, type Role, reaches } from "~/api/me";
import { projectQuery } from "~/api/project";
import { useMakeToken } from "~/features/identity/useIdentity";
import { Wrong } from "~/parts/Wrong";

const DAYS = 30;

/** Asks what a token is to be good for, and shows it: once. */
export function NewTokenDialog({ me, close }: { me: Me; close: () => void }) {
  const { mutate, isPending, error, data: made } = useMakeToken();
  return (
    <Modal
      opened
      onClose={close}
      title={made === undefined ? "New API token" : `“${made.token.name}” is made`}
      closeOnClickOutside={made === undefined}
      size="md"
    >
      {made === undefined ? (
        <TokenForm me={me} close={close} make={mutate} isPending={isPending} error={error} />
      ) : (
        <Secret secret={made.secret} close={close} />
      )}
    </Modal>
  );
}

type FormProps = {
  me: Me;
  close: () => void;
  make: ReturnType<typeof useMakeToken>["mutate"];
  isPending: boolean;
  error: Error | null;
};

function TokenForm({ me, close, make, isPending, error }: FormProps) {
  const longest = me.longest_token_days ?? DAYS;
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [groups, setGroups] = useState<string[]>([]);
  const [paths, setPaths] = useState<string[]>([]);
  const [days, setDays] = useState(Math.min(DAYS, longest));
  const { data: project } = useQuery(projectQuery);
  const isLimitable = role === "launcher" || role === "editor";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const limits = isLimitable ? { groups, paths } : { groups: [], paths: [] };
    make({ name: name.trim(), role, days, ...limits });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          description="What it is for: the log tells of it by this name"
          placeholder="nightly export"
          required
          data-autofocus
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Group grow align="flex-start">
          <Select
            label="Role"
            data={ROLES.filter((each) => reaches(me.role, each))}
            allowDeselect={false}
            value={role}
            onChange={(value) => setRole((value as Role | null) ?? "viewer")}
          />
          <NumberInput
            label="Days"
            description={`${longest} at most`}
            inputWrapperOrder={["label", "input", "description", "error"]}
            min={1}
            max={longest}
            allowDecimal={false}
            value={days}
            onChange={(value) => setDays(typeof value === "number" ? value : 1)}
          />
        </Group>
        {isLimitable && (
          <>
            <TagsInput
              label="Only these groups"
              placeholder={groups.length === 0 ? "all that you may" : ""}
              data={project?.groups ?? []}
              value={groups}
              onChange={setGroups}
            />
            <TagsInput
              label="Only below these folders"
              placeholder={paths.length === 0 ? "marts/sales" : ""}
              value={paths}
              onChange={setPaths}
            />
          </>
        )}
        {error !== null && <Wrong error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Not now
          </Button>
          <Button type="submit" loading={isPending}>
            Make it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Secret({ secret, close }: { secret: string; close: () => void }) {
  return (
    <Stack>
      <Alert variant="light" color="yellow" icon={<IconAlertTriangle aria-hidden />}>
        Copy it now: it isn't shown again, and nobody can find it out.
      </Alert>
      <Code block aria-label="The token" style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
        {secret}
      </Code>
      <Group justify="flex-end">
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
        <Button onClick={close}>I have it</Button>
      </Group>
    </Stack>
  );
}
