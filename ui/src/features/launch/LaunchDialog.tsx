import { Button, Collapse, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useDebouncedValue, useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { PairsInput } from "~/features/launch/PairsInput";
import { PartitionInput } from "~/features/launch/PartitionInput";
import { Plan } from "~/features/launch/Plan";
import { type Pair, readConfig, readTags } from "~/features/launch/pairs";
import { useLaunch, usePlan } from "~/features/launch/useLaunch";
import { Wrong } from "~/parts/Wrong";

const PAUSE = 250; // milliseconds without a key before the server is asked

type Props = { close: () => void; selection?: string; partition?: string };

/** Asks what is to be materialized, shows what that would do, and starts it. */
export function LaunchDialog({ close, selection = "", partition = "" }: Props) {
  const navigate = useNavigate();
  const [assets, setAssets] = useState(selection);
  const [key, setKey] = useState(partition);
  const [tags, setTags] = useState<Pair[]>([]);
  const [config, setConfig] = useState<Pair[]>([]);
  const [showsMore, { toggle }] = useDisclosure();
  const [asked] = useDebouncedValue(assets.trim(), PAUSE);
  const plan = usePlan(asked);
  const launch = useLaunch((run) => {
    close();
    void navigate({ to: "/runs/$id", params: { id: run.id } });
  });
  const isPartitioned = plan.data?.partitions != null;
  const start = (event: FormEvent) => {
    event.preventDefault();
    const isRange = /\.\.|,|^all$/.test(key);
    launch.mutate({
      selection: assets.trim(),
      partition: isPartitioned && !isRange && key !== "" ? key : null,
      partitions: isPartitioned && isRange ? key : null,
      tags: readTags(tags),
      config: readConfig(config),
      priority: 0,
    });
  };
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
          {plan.data?.partitions != null && (
            <PartitionInput choice={plan.data.partitions} value={key} onChange={setKey} />
          )}
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
          {launch.error !== null && <Wrong error={launch.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Not now
            </Button>
            <Button type="submit" loading={launch.isPending} disabled={plan.isError}>
              Launch
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
