import { Skeleton, Stack, Text } from "@mantine/core";
import { ComponentRow } from "~/features/components/ComponentRow";
import styles from "~/features/components/Components.module.css";
import { useComponents, type Wanted } from "~/features/components/useComponents";
import { amount } from "~/parts/amounts";
import { Empty } from "~/parts/Empty";
import { Wrong } from "~/parts/Wrong";

/** The components that are looked for, by their addresses. */
export function ComponentList({ wanted, chosen }: { wanted: Wanted; chosen: string | undefined }) {
  const { data, error, refetch } = useComponents(wanted, true);
  if (error) return <Wrong error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Skeleton height={120} />;
  if (data.total === 0) {
    return (
      <Empty
        title={wanted.state === "broken" && !wanted.q ? "Nothing is broken" : "No component is like that"}
      >
        {wanted.state !== "broken" && "Look for another part of its address, or for another type."}
      </Empty>
    );
  }
  return (
    <Stack gap={4}>
      <Text size="xs" c="dimmed" role="status">
        {amount(data.total, "component")}
        {data.total > data.items.length && `, the first ${data.items.length} of them here`}
      </Text>
      <ul className={styles.branch}>
        {data.items.map((each) => (
          <li key={each.address} className={styles.row}>
            <ComponentRow component={each} name={each.address} isChosen={each.address === chosen} />
          </li>
        ))}
      </ul>
    </Stack>
  );
}
