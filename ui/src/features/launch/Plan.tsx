import { Code, List, Paper, Skeleton, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { RunPlan } from "~/features/launch/useLaunch";
import { amount, number } from "~/parts/amounts";
import { Wrong } from "~/parts/Wrong";

const MOST_STEPS = 8;

/** What a run would do, or why it can't. */
export function Plan({ plan: { data, error } }: { plan: UseQueryResult<RunPlan> }) {
  if (error !== null) return <Wrong error={error} />;
  if (data === undefined) return <Skeleton height={80} />;
  const { steps, assets, checks, external } = data;
  return (
    <Paper withBorder p="sm" component="section" aria-label="What will run">
      <Text size="sm" fw={600}>
        {amount(steps.length, "step")}, {amount(assets, "asset")}
        {checks > 0 && `, ${amount(checks, "check")}`}
      </Text>
      <List size="sm" mt={4} spacing={2} type="ordered">
        {steps.slice(0, MOST_STEPS).map(({ step }) => (
          <List.Item key={step}>
            <Code style={{ overflowWrap: "anywhere" }}>{step}</Code>
          </List.Item>
        ))}
      </List>
      {steps.length > MOST_STEPS && (
        <Text size="sm" c="dimmed">
          and {number(steps.length - MOST_STEPS)} more
        </Text>
      )}
      {external.length > 0 && (
        <Text size="sm" c="dimmed" mt={4}>
          Not made here: {external.join(", ")}
        </Text>
      )}
    </Paper>
  );
}
