import { Skeleton, Stack } from "@mantine/core";
import { IconHierarchy2 } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { ComponentFilters } from "~/features/components/ComponentFilters";
import { ComponentList } from "~/features/components/ComponentList";
import { ComponentPanel } from "~/features/components/ComponentPanel";
import styles from "~/features/components/Components.module.css";
import { ComponentTree } from "~/features/components/ComponentTree";
import { useTree } from "~/features/components/useComponents";
import { amount } from "~/parts/amounts";
import { Empty } from "~/parts/Empty";
import { TextLink } from "~/parts/links";
import { PageTitle } from "~/parts/PageTitle";
import { Wrong } from "~/parts/Wrong";

const route = getRouteApi("/components");

/** The components of the project: a tree of folders, or a list of those that are looked for; beside it one of them. */
export function ComponentsPage() {
  const { address, ...wanted } = route.useSearch();
  const { data, error, refetch } = useTree();
  const isFiltered = Object.keys(wanted).length > 0;
  return (
    <>
      <PageTitle title="Components" about={data && said(data.components, data.broken)} />
      {error ? (
        <Wrong error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading />
      ) : data.components === 0 ? (
        <Empty title="There are no components yet" icon={IconHierarchy2}>
          A component is a <code>defs.yaml</code> in a folder below <code>defs</code>.{" "}
          <TextLink to="/types" underline="always">
            Choose a component type
          </TextLink>{" "}
          to begin with.
        </Empty>
      ) : (
        <div className={styles.columns} data-chosen={address !== undefined}>
          <Stack gap="sm" className={styles.tree}>
            <ComponentFilters wanted={wanted} broken={data.broken} />
            {isFiltered ? (
              <ComponentList wanted={wanted} chosen={address} />
            ) : (
              <ComponentTree folders={data.items} chosen={address} />
            )}
          </Stack>
          <div className={styles.panel}>
            {address === undefined ? (
              <Empty title="Choose a component" icon={IconHierarchy2}>
                What it declares, what is wrong with it, and where it is written is shown here.
              </Empty>
            ) : (
              <ComponentPanel address={address} />
            )}
          </div>
        </div>
      )}
    </>
  );
}

function said(components: number, broken: number): string {
  return broken === 0
    ? amount(components, "component")
    : `${amount(components, "component")}, ${broken} broken`;
}

function Loading() {
  return (
    <div className={styles.columns} aria-hidden>
      <Stack gap={8} className={styles.tree}>
        <Skeleton height={36} />
        {[80, 60, 70, 65, 50, 75, 55].map((width) => (
          <Skeleton key={width} height={22} width={`${width}%`} />
        ))}
      </Stack>
      <Skeleton height={280} className={styles.panel} />
    </div>
  );
}
