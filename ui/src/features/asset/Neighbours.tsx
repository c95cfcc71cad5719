import { Button, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { AssetDetail } from "~/api/assets";
import styles from "~/features/asset/Asset.module.css";
import { aroundQuery } from "~/features/asset/useAsset";
import { AssetLink } from "~/parts/AssetLink";
import { Panel } from "~/parts/Panel";
import { StatusBadge } from "~/parts/StatusBadge";
import type { AssetStatus } from "~/parts/status";

const FIRST = 12;

/** What an asset is made from, and what is made from it. */
export function Neighbours({ asset: { key, upstream, downstream } }: { asset: AssetDetail }) {
  const { data } = useQuery({ ...aroundQuery(key), enabled: upstream.length + downstream.length > 0 });
  const statuses = new Map(data?.nodes.map((node) => [node.key, node.status]));
  return (
    <Panel title="Lineage">
      <Stack gap="md">
        <Keys
          title="Upstream"
          keys={upstream}
          statuses={statuses}
          nothing="It is made from no other asset."
        />
        <Keys title="Downstream" keys={downstream} statuses={statuses} nothing="Nothing is made from it." />
      </Stack>
    </Panel>
  );
}

type KeysProps = {
  title: string;
  keys: string[];
  statuses: ReadonlyMap<string, AssetStatus | null>;
  nothing: string;
};

function Keys({ title, keys, statuses, nothing }: KeysProps) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? keys : keys.slice(0, FIRST);
  return (
    <div>
      <Title order={3} c="dimmed" fz="xs" mb={2}>
        {title}
        {keys.length > 0 && ` (${keys.length})`}
      </Title>
      {keys.length === 0 ? (
        <Text size="sm" c="dimmed">
          {nothing}
        </Text>
      ) : (
        <ul className={styles.neighbours} aria-label={title}>
          {shown.map((each) => {
            const status = statuses.get(each);
            return (
              <li key={each}>
                <AssetLink assetKey={each} />
                {status ? <StatusBadge status={status} size="xs" /> : null}
              </li>
            );
          })}
        </ul>
      )}
      {keys.length > FIRST && (
        <Button variant="subtle" size="compact-xs" ml={-6} onClick={() => setWhole(!isWhole)}>
          {isWhole ? "Fewer" : `All ${keys.length}`}
        </Button>
      )}
    </div>
  );
}
