import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { IconShieldCheck } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import styles from "~/features/policies/Policies.module.css";
import { useVerdicts } from "~/features/policies/usePolicies";
import { VerdictFilters } from "~/features/policies/VerdictFilters";
import { VerdictItem } from "~/features/policies/VerdictItem";
import { amount } from "~/parts/amounts";
import { Empty } from "~/parts/Empty";
import { Wrong } from "~/parts/Wrong";

const route = getRouteApi("/policies");

/** What violates policies, narrowed by whose it is and how hard it is meant. */
export function VerdictsTab() {
  const search = route.useSearch();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useVerdicts(search);
  if (error) return <Wrong error={error} retry={() => void refetch()} />;
  const first = data?.pages[0];
  if (data === undefined || first === undefined) return <Skeleton height={240} radius="md" />;
  const isNarrowed = Object.keys(search).some((each) => each !== "tab");
  return (
    <Stack gap="md">
      <VerdictFilters search={search} known={first} />
      {first.total === 0 ? (
        <Empty
          title={isNarrowed ? "No violation is like that" : "Nothing violates a policy"}
          icon={IconShieldCheck}
        >
          {isNarrowed
            ? "Take a filter away to see others."
            : "What is excused is shown with the filter for it."}
        </Empty>
      ) : (
        <>
          <Text size="sm" c="dimmed" role="status">
            {amount(first.total, "violation")}
          </Text>
          <ul className={styles.list}>
            {data.pages
              .flatMap(({ items }) => items)
              .map((each) => (
                <VerdictItem
                  key={`${each.policy} ${each.target} ${each.name} ${each.message}`}
                  verdict={each}
                />
              ))}
          </ul>
          {hasNextPage && (
            <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              Show more
            </Button>
          )}
        </>
      )}
    </Stack>
  );
}
