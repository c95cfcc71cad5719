import { Badge, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { AssetDetail } from "~/api/assets";
import { amount, partitionWords } from "~/parts/amounts";
import { Facts } from "~/parts/Facts";
import { TextLink } from "~/parts/links";
import { Panel } from "~/parts/Panel";
import { Place } from "~/parts/Place";
import { duration } from "~/parts/times";

/** Who owns an asset, where it belongs, and how it is made. */
export function AssetFacts({ asset }: { asset: AssetDetail }) {
  const {
    group,
    component,
    step,
    compute,
    pool,
    automation,
    freshness,
    code_version,
    partitions,
    partition_counts,
    detail,
    place,
  } = asset;
  return (
    <Panel title="Facts">
      <Facts
        facts={[
          [
            "Group",
            <TextLink key="group" to="/assets" search={{ group: [group] }}>
              {group}
            </TextLink>,
          ],
          ["Owners", <Owners key="owners" owners={asset.owners} />],
          ["Tags", Object.keys(asset.tags).length > 0 && <Tags key="tags" tags={asset.tags} />],
          [
            "Component",
            component !== null && (
              <TextLink key="component" to="/components" search={{ address: component }}>
                {component}
              </TextLink>
            ),
          ],
          ["Declared at", place.file !== null && <Place key="place" file={place.file} line={place.line} />],
          ["Known as", detail],
          ["Step", step],
          ["Compute", compute],
          ["Pool", pool],
          ["Automation", automation],
          ["Freshness", freshness !== null && freshnessWords(freshness)],
          [
            "Partitions",
            partitions !== null &&
              (partition_counts === null
                ? amount(partitions.count, "partition")
                : partitionWords(partition_counts)),
          ],
          ["Code version", code_version !== null && <Version key="version" text={code_version} />],
        ]}
      />
    </Panel>
  );
}

function Owners({ owners }: { owners: string[] }) {
  if (owners.length === 0)
    return (
      <Text span size="sm" c="dimmed">
        nobody
      </Text>
    );
  return (
    <Group gap={6}>
      {owners.map((each) => (
        <TextLink key={each} to="/assets" search={{ owner: [each] }}>
          {each}
        </TextLink>
      ))}
    </Group>
  );
}

function Tags({ tags }: { tags: Record<string, string> }) {
  return (
    <Group gap={4}>
      {Object.entries(tags).map(([name, value]) => (
        <Badge key={name} variant="default" radius="sm" size="sm" tt="none" fw={500}>
          {value === "" ? name : `${name}=${value}`}
        </Badge>
      ))}
    </Group>
  );
}

function Version({ text }: { text: string }) {
  return (
    <Text span size="xs" ff="monospace" title={text}>
      {text.length > 16 ? `${text.slice(0, 12)}…` : text}
    </Text>
  );
}

/** A freshness policy in words. */
function freshnessWords(policy: Record<string, unknown>): ReactNode {
  const { deadline_cron, fail_window, warn_window, timezone } = policy;
  if (typeof deadline_cron === "string") return `by ${deadline_cron} (${String(timezone ?? "UTC")})`;
  const parts = [
    typeof fail_window === "number" && `at most ${duration(fail_window)} old`,
    typeof warn_window === "number" && `a warning after ${duration(warn_window)}`,
  ];
  return parts.filter(Boolean).join(", ");
}
