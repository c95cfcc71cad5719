import { Button, Collapse, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useDebouncedValue, useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useNewBackfill } from "~/features/backfills/useBackfills";
import { PairsInput } from "~/features/launch/PairsInput";
import { isRange, PartitionInput } from "~/features/launch/PartitionInput";
import { Plan } from "~/features/launch/Plan";
import { type Pair, pairsOf, readConfig, readTags } from "~/features/launch/pairs";
import { useLaunch, usePlan } from "~/features/launch/useLaunch";
import { Wrong } from "~/parts/Wrong";

const PAUSE = 250; // milliseconds without a key before the server is asked

export type Asked = {
  selection?: string;
  partition?: string;
  tags?: Record<string, string>;
  config?: Record<string, unknown>;
};

type Props = Asked & { close: () => void };

/** Asks what is to be materialized, shows what that would do, and starts it. */
export function LaunchDialog({
  close,
  selection = "",
  partition = "",
  tags: givenTags,
  config: given,
}: Props) {
  const navigate = useNavigate();
  const [assets, setAssets] = useState(selection);
  const [key, setKey] = useState(partition);
  const [tags, setTags] = useState<Pair[]>(() =>
    Object.entries(givenTags ?? {}).map(([name, value], id) => ({ id, name, value })),
  );
  const [config, setConfig] = useState<Pair[]>(() => pairsOf(given ?? {}));
  const [showsMore, { toggle }] = useDisclosure(tags.length + config.length > 0);
  const [asked] = useDebouncedValue(assets.trim(), PAUSE);
  const plan = usePlan(asked);
  const launch = useLaunch((run) => {
    close();
    void navigate({ to: "/runs/$id", params: { id: run.id } });
  });
  const backfill = useNewBackfill(({ id }) => {
    close();
    void navigate({ to: "/backfills/$id", params: { id } });
  });
  const choice = plan.data?.partitions ?? null;
  const isSeveral = choice !== null && isRange(key);
  const isBackfill = isSeveral && !choice.together;
  const start = (event: FormEvent) => {
    event.preventDefault();
    const of = { selection: assets.trim(), tags: readTags(tags), priority: 0 };
    if (isBackfill) {
      backfill.mutate({ ...of, partitions: key, runs_at_once: 1 });
      return;
    }
    launch.mutate({
      ...of,
      partition: choice !== null && !isSeveral && key !== "" ? key : null,
      partitions: isSeveral ? key : null,
      config: readConfig(config),
    });
  };
  const refused = launch.error ?? backfill.error;
  const Chevron = showsMore ? IconChevronDown : IconChevronRight;
  return (
    <Modal opened onClose={close} title="Launch a run" size="lg">
      <form onSubmit={start}>
        <Stack>
          <TextInput
            label="Assets"
            description="A key or a selection: orders, +orders (with all before it), group:marts, * for everything"
            required
            data-autofocus
            value={assets}
            onChange={(event) => setAssets(event.currentTarget.value)}
          />
          {choice !== null && <PartitionInput choice={choice} value={key} onChange={setKey} />}
          <div>
            <Button
              variant="subtle"
              color="gray"
              size="compact-sm"
              onClick={toggle}
              aria-expanded={showsMore}
              leftSection={<Chevron size={14} aria-hidden />}
            >
              Tags and config
            </Button>
            <Collapse expanded={showsMore}>
              <Stack mt="xs">
                <PairsInput label="Tags" add="Add a tag" pairs={tags} onChange={setTags} />
                <PairsInput
                  label="Config"
                  add="Add a value"
                  about="What steps read as their config; numbers, true, false, lists and objects as JSON."
                  pairs={config}
                  onChange={setConfig}
                />
              </Stack>
            </Collapse>
          </div>
          {asked !== "" && <Plan plan={plan} />}
          {refused !== null && <Wrong error={refused} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Not now
            </Button>
            <Button type="submit" loading={launch.isPending || backfill.isPending} disabled={plan.isError}>
              {isBackfill ? "Start a backfill" : "Launch"}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
