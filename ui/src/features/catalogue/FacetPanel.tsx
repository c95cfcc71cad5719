import { Button, Checkbox, Skeleton, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import styles from "~/features/catalogue/Catalogue.module.css";
import {
  FACETS,
  type Facet,
  type Facets,
  type Filters,
  toggled,
  wordsFor,
} from "~/features/catalogue/filters";
import { SelectionBox } from "~/features/catalogue/SelectionBox";
import { useFacets } from "~/features/catalogue/useCatalogue";
import { number } from "~/parts/amounts";
import { type AssetStatus, STATUS_LOOKS } from "~/parts/status";

type Change = (next: (before: Filters) => Filters) => void;
type Props = { filters: Filters; change: Change };

const TITLES: Record<Facet, string> = {
  status: "Status",
  group: "Group",
  kind: "Kind",
  owner: "Owner",
  tag: "Tag",
  component: "Component",
};
const FIRST = 6;
const MANY = 12;

/** What the list may be narrowed by, with how many assets each choice leaves. */
export function FacetPanel({ filters, change }: Props) {
  const { data, isError } = useFacets(filters);
  return (
    <Stack gap="lg">
      {FACETS.map((facet) =>
        data === undefined
          ? !isError && <Skeleton key={facet} height={96} /> // what is wrong is said above the list
          : data[facet].length > 0 && (
              <FacetGroup key={facet} facet={facet} values={data[facet]} filters={filters} change={change} />
            ),
      )}
      <SelectionBox filters={filters} change={change} />
    </Stack>
  );
}

type GroupProps = Props & { facet: Facet; values: Facets[Facet] };

function FacetGroup({ facet, values, filters, change }: GroupProps) {
  const [isWhole, setWhole] = useState(false);
  const [word, setWord] = useState("");
  const chosen: readonly string[] = filters[facet] ?? [];
  const found = values.filter(({ value }) => value.toLowerCase().includes(word.toLowerCase()));
  const shown = found.filter(({ value }, index) => isWhole || index < FIRST || chosen.includes(value));
  return (
    <fieldset className={styles.facet}>
      <legend className={styles.title}>{TITLES[facet]}</legend>
      {isWhole && values.length > MANY && (
        <TextInput
          size="xs"
          mb={6}
          aria-label={`Find a ${facet}`}
          placeholder="Find"
          value={word}
          onChange={(event) => setWord(event.currentTarget.value)}
        />
      )}
      <div className={isWhole ? styles.scrolling : undefined}>
        {shown.map(({ value, count }) => (
          <FacetChoice
            key={value}
            facet={facet}
            value={value}
            count={count}
            isChosen={chosen.includes(value)}
            choose={() => change((before) => toggled(before, facet, value))}
          />
        ))}
      </div>
      {values.length > FIRST && (
        <Button variant="subtle" size="compact-xs" ml={-6} mt={2} onClick={() => setWhole(!isWhole)}>
          {isWhole ? "Fewer" : `All ${values.length}`}
        </Button>
      )}
    </fieldset>
  );
}

type ChoiceProps = { facet: Facet; value: string; count: number; isChosen: boolean; choose: () => void };

function FacetChoice({ facet, value, count, isChosen, choose }: ChoiceProps) {
  const look = facet === "status" ? STATUS_LOOKS[value as AssetStatus] : undefined;
  const Icon = look?.icon;
  const words = wordsFor(facet, value);
  return (
    <Checkbox
      size="xs"
      checked={isChosen}
      onChange={choose}
      classNames={{
        root: styles.choice,
        labelWrapper: styles.wrapper,
        label: styles.label,
        body: styles.body,
      }}
      aria-label={`${words}, ${count}`}
      label={
        <>
          {Icon && <Icon size={14} color={`var(--mantine-color-${look?.color}-text)`} aria-hidden />}
          <span className={styles.words} title={words} data-empty={value === "" || undefined}>
            {words}
          </span>
          <span className={styles.count}>{number(count)}</span>
        </>
      }
    />
  );
}
