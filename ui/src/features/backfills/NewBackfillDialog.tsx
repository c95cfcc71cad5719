import { Button, Group, Modal, NumberInput, Stack, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useNewBackfill } from "~/features/backfills/useBackfills";
import { Wrong } from "~/parts/Wrong";

/** Asks what is to be materialized, and starts it. */
export function NewBackfillDialog({ close }: { close: () => void }) {
  const navigate = useNavigate();
  const [assets, setAssets] = useState("");
  const [range, setRange] = useState("");
  const [atOnce, setAtOnce] = useState<number>(1);
  const { mutate, isPending, error } = useNewBackfill(({ id }) => {
    close();
    void navigate({ to: "/backfills/$id", params: { id } });
  });
  const start = (event: FormEvent) => {
    event.preventDefault();
    mutate({ selection: assets, partitions: range, runs_at_once: atOnce, tags: {}, priority: 0 });
  };
  return (
    <Modal opened onClose={close} title="New backfill" size="md">
      <form onSubmit={start}>
        <Stack>
          <TextInput
            label="Assets"
            description="A key or a selection: orders, group:marts, +orders"
            required
            data-autofocus
            value={assets}
            onChange={(event) => setAssets(event.currentTarget.value)}
          />
          <TextInput
            label="Partitions"
            description="A range A..B, open to either side (A..), some with commas between them, all, or stale: those where something isn't fresh"
            placeholder="2026-01-01..2026-01-31"
            required
            value={range}
            onChange={(event) => setRange(event.currentTarget.value)}
          />
          <NumberInput
            label="Runs at a time"
            min={1}
            max={1000}
            allowDecimal={false}
            value={atOnce}
            onChange={(value) => setAtOnce(typeof value === "number" ? value : 1)}
          />
          {error !== null && <Wrong error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Not now
            </Button>
            <Button type="submit" loading={isPending}>
              Start
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
