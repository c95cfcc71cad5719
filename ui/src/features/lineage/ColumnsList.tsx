import { Button, Loader, Stack, Text, Title, UnstyledButton } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ApiRecord } from "~/api/client";
import styles from "~/features/lineage/Lineage.module.css";
import { columnsQuery } from "~/graph/queries";
import { Wrong } from "~/parts/Wrong";

type Props = { assetKey: string; column: string | undefined; choose: (column: string | undefined) => void };

/** The columns of an asset: one that is chosen shows where it comes from and where it goes. */
export function ColumnsList({ assetKey, column, choose }: Props) {
  const [asked, setAsked] = useState<string>();
  const isWanted = asked === assetKey || column !== undefined;
  const { data, error, refetch } = useQuery({ ...columnsQuery(assetKey), enabled: isWanted });
  if (!isWanted)
    return (
      <Button
        size="xs"
        variant="default"
        style={{ alignSelf: "flex-start" }}
        leftSection={<IconColumns3 size={14} aria-hidden />}
        onClick={() => setAsked(assetKey)}
      >
        Trace columns
      </Button>
    );
  return (
    <section>
      <Title order={3} mb={4}>
        Columns
      </Title>
      {error && <Wrong error={error} retry={() => void refetch()} />}
      {data ? (
        <Known lineage={data} column={column} choose={choose} />
      ) : (
        !error && (
          <Text
            size="sm"
            c="dimmed"
            component="div"
            style={{ display: "flex", gap: 8, alignItems: "center" }}
          >
            <Loader size={14} aria-hidden /> Reading the SQL around it…
          </Text>
        )
      )}
    </section>
  );
}

function Known({
  lineage,
  column,
  choose,
}: {
  lineage: ApiRecord<"ColumnLineage">;
  column: string | undefined;
  choose: Props["choose"];
}) {
  const traced = new Set(
    lineage.edges.flatMap(({ from, to }) =>
      [from, to].filter((each) => each.asset === lineage.asset).map((each) => each.column),
    ),
  );
  return (
    <Stack gap={2}>
      {lineage.columns.map((name) => (
        <UnstyledButton
          key={name}
          className={styles.column}
          aria-pressed={name === column}
          disabled={!traced.has(name)}
          onClick={() => choose(name === column ? undefined : name)}
        >
          <span>{name}</span>
          {!traced.has(name) && <Text size="xs">not known</Text>}
        </UnstyledButton>
      ))}
      <Text size="xs" c="dimmed" mt={4}>
        {noteOn(lineage, traced.size)}
      </Text>
    </Stack>
  );
}

function noteOn({ columns, readable, complete }: ApiRecord<"ColumnLineage">, traced: number): string {
  if (!readable) return "To read where columns come from, install the extra: pip install 'treadle[lineage]'.";
  if (columns.length === 0) return "No columns are known: neither its SQL nor its declaration names any.";
  if (traced === 0)
    return "Nobody says what these are made from. SQL of dbt models is known once dbt has run.";
  return complete
    ? "Choose one to see what it is made from, and what is made from it."
    : "Only assets nearby are traced.";
}
