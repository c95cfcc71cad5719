import { Button, Collapse, Skeleton, Stack, Text, Timeline, UnstyledButton } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import type { AssetDetail } from "~/api/assets";
import type { ApiRecord } from "~/api/client";
import styles from "~/features/asset/Asset.module.css";
import { ExplainedStep } from "~/features/asset/ExplainedStep";
import { explanationQuery, type Explained as Field } from "~/features/asset/useAsset";
import { Panel } from "~/parts/Panel";
import { Place } from "~/parts/Place";
import { Value } from "~/parts/Value";
import { Wrong } from "~/parts/Wrong";

const route = getRouteApi("/asset/$");

/** Where each value of an asset comes from: what `treadle explain` tells. */
export function Explained({ asset: { key } }: { asset: AssetDetail }) {
  const { data, error, refetch } = useQuery(explanationQuery(key));
  return (
    <Panel title="Where each value comes from">
      {error !== null && <Wrong error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && (
        <Stack gap={6}>
          <Text size="sm" c="dimmed">
            Its component is built once more, alone, to see who says what…
          </Text>
          <Skeleton height={72} />
        </Stack>
      )}
      {data !== undefined &&
        (data.mentioned_by.length > 0 ? (
          <Mentions mentions={data.mentioned_by} />
        ) : (
          <Fields fields={data.fields} />
        ))}
    </Panel>
  );
}

function Mentions({ mentions }: { mentions: ApiRecord<"Mention">[] }) {
  return (
    <Stack gap="xs">
      <Text size="sm">Nobody declares it; it is only named:</Text>
      {mentions.map(({ by, place }) => (
        <div key={`${by} ${place.file}`}>
          <Text size="sm">{by}</Text>
          <Place file={place.file} line={place.line} />
        </div>
      ))}
    </Stack>
  );
}

function Fields({ fields }: { fields: Field[] }) {
  const [isWhole, setWhole] = useState(false);
  const said = fields.filter((each) => each.said);
  const unsaid = fields.filter((each) => !each.said);
  return (
    <>
      {said.map((each) => (
        <Story key={each.name} field={each} />
      ))}
      {isWhole && unsaid.map((each) => <Story key={each.name} field={each} />)}
      {unsaid.length > 0 && (
        <Text size="sm" c="dimmed" mt="sm" component="div">
          {!isWhole && `Nobody says: ${unsaid.map(({ name }) => name).join(", ")}. `}
          <Button variant="subtle" size="compact-xs" onClick={() => setWhole(!isWhole)}>
            {isWhole ? "Hide what nobody says" : "Show"}
          </Button>
        </Text>
      )}
    </>
  );
}

function Story({ field: { name, value, steps } }: { field: Field }) {
  const { field: opened } = route.useSearch();
  const navigate = route.useNavigate();
  const isOpen = opened === name;
  const last = steps.at(-1);
  const toggle = () =>
    void navigate({
      search: (old) => ({ ...old, field: isOpen ? undefined : name }),
      replace: true,
      resetScroll: false,
    });
  return (
    <div className={styles.story}>
      <UnstyledButton className={styles.summary} onClick={toggle} aria-expanded={isOpen}>
        <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
          {name}
        </Text>
        <Text size="sm" lineClamp={isOpen ? undefined : 2} component="div">
          <Value value={value} name={name} />
        </Text>
        <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
          {last?.words}
          {steps.length > 1 && `, ${steps.length} steps`}
        </Text>
        <IconChevronDown
          size={14}
          aria-hidden
          style={{ alignSelf: "center", transform: isOpen ? "rotate(180deg)" : undefined }}
        />
      </UnstyledButton>
      <Collapse expanded={isOpen}>
        {isOpen && (
          <Timeline bulletSize={18} lineWidth={2} mt="sm" active={steps.length - 1}>
            {steps.map((each, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: steps have nothing but their place
              <Timeline.Item key={index} title={titleOf(each)}>
                <ExplainedStep step={each} name={name} />
              </Timeline.Item>
            ))}
          </Timeline>
        )}
      </Collapse>
    </div>
  );
}

const EFFECTS = {
  sets: "",
  replaces: ", in place of that",
  repeats: ", once more",
  removes: ", which takes it away",
};

function titleOf({ words, effect }: ApiRecord<"ExplainedStep">): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${EFFECTS[effect]}`;
}
