import { SegmentedControl, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconBooks } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import type { ApiRecord } from "~/api/client";
import { byPackage } from "~/features/types/packages";
import { TypeCard } from "~/features/types/TypeCard";
import { type ComponentType, useTypes } from "~/features/types/useTypes";
import { amount } from "~/parts/amounts";
import { Empty } from "~/parts/Empty";
import { PageTitle } from "~/parts/PageTitle";
import { Problems } from "~/parts/Problems";
import { SearchInput } from "~/parts/SearchInput";
import { Wrong } from "~/parts/Wrong";

const route = getRouteApi("/types");

/** The component types that can be used, to be looked through and searched. */
export function TypesPage() {
  const { q = "", used = false } = route.useSearch();
  const { data, error, refetch } = useTypes(q);
  return (
    <>
      <PageTitle title="Component types" about="What components can be made of: a few lines of YAML each." />
      <Filters q={q} used={used} />
      {error ? (
        <Wrong error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading />
      ) : (
        <Found list={data} q={q} used={used} />
      )}
    </>
  );
}

type FoundProps = { list: ApiRecord<"ComponentTypeList">; q: string; used: boolean };

function Found({ list: { items, hint, diagnostics }, q, used }: FoundProps) {
  const found = items.filter((each) => !used || each.used > 0);
  return (
    <>
      {found.length === 0 ? (
        <Empty title={q ? `No component type says “${q}”` : "No component type is used yet"} icon={IconBooks}>
          {hint ??
            (q ? "Try fewer words, or another one." : "Types that components are made of show up here.")}
        </Empty>
      ) : q ? (
        <Results types={found} q={q} />
      ) : (
        <Packages types={found} />
      )}
      {diagnostics.length > 0 && (
        <Stack mt="xl" gap="xs">
          <Title order={2}>What can’t be described</Title>
          <Problems diagnostics={diagnostics} />
        </Stack>
      )}
    </>
  );
}

function Filters({ q, used }: { q: string; used: boolean }) {
  const navigate = route.useNavigate();
  return (
    <Stack gap="sm" mb="lg">
      <SearchInput
        size="md"
        maw={640}
        aria-label="Search component types"
        placeholder="Search names, attributes, documentation…"
        value={q}
        onChange={(next) =>
          void navigate({ search: (old) => ({ ...old, q: next || undefined }), replace: true })
        }
      />
      <SegmentedControl
        size="xs"
        w="fit-content"
        aria-label="Which types"
        value={used ? "used" : "all"}
        onChange={(value) =>
          void navigate({
            search: (old) => ({ ...old, used: value === "used" ? true : undefined }),
            replace: true,
          })
        }
        data={[
          { value: "all", label: "All" },
          { value: "used", label: "Used in this project" },
        ]}
      />
    </Stack>
  );
}

function Results({ types, q }: { types: ComponentType[]; q: string }) {
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed" role="status">
        {amount(types.length, "component type")}
      </Text>
      {types.map((each) => (
        <TypeCard key={each.name} type={each} words={q.split(/\s+/)} />
      ))}
    </Stack>
  );
}

function Packages({ types }: { types: ComponentType[] }) {
  return (
    <Stack gap="xl">
      {byPackage(types).map(([name, ofPackage]) => (
        <section key={name} aria-label={name}>
          <Title order={2} mb="sm">
            {name}{" "}
            <Text span c="dimmed" size="sm" fw={400}>
              {[ofPackage[0]?.version, amount(ofPackage.length, "type")].filter(Boolean).join(" · ")}
            </Text>
          </Title>
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
            {ofPackage.map((each) => (
              <TypeCard key={each.name} type={each} />
            ))}
          </SimpleGrid>
        </section>
      ))}
    </Stack>
  );
}

function Loading() {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm" aria-hidden mt={40}>
      {Array.from({ length: 9 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <Skeleton key={index} height={104} radius="md" />
      ))}
    </SimpleGrid>
  );
}
