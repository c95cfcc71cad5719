import { Skeleton, Stack } from "@mantine/core";
import { IconBolt } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { AutomationCard } from "~/features/automations/AutomationCard";
import { Ticks } from "~/features/automations/Ticks";
import { automationsQuery } from "~/features/automations/useAutomations";
import { Empty } from "~/parts/Empty";
import { PageTitle } from "~/parts/PageTitle";
import { Wrong } from "~/parts/Wrong";

const route = getRouteApi("/automations");

/** What starts runs by itself: switches, what is due next, and what was decided before. */
export function AutomationsPage() {
  const { name } = route.useSearch();
  const navigate = useNavigate({ from: "/automations" });
  const { data, error, refetch } = useQuery(automationsQuery);
  return (
    <>
      <PageTitle
        title="Automations"
        about="Schedules, sensors and conditions of assets: what starts runs by itself."
      />
      {error !== null && <Wrong error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton height={220} />}
      {data?.items.length === 0 && (
        <Empty title="Nothing starts runs by itself" icon={IconBolt}>
          Give a component a schedule, a sensor, or its assets an automation condition; it appears here as
          soon as the file is saved.
        </Empty>
      )}
      {data !== undefined && data.items.length > 0 && (
        <Stack gap="xl">
          <Stack gap="sm">
            {data.items.map((each) => (
              <AutomationCard
                key={`${each.kind} ${each.name}`}
                automation={each}
                isChosen={each.name === name}
                choose={() =>
                  void navigate({ search: each.name === name ? {} : { name: each.name }, resetScroll: false })
                }
              />
            ))}
          </Stack>

          <Ticks name={name} showAll={() => void navigate({ search: {}, resetScroll: false })} />
        </Stack>
      )}
    </>
  );
}
