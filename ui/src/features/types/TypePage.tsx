import { Alert, Badge, Breadcrumbs, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconPlus } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { TypeAside } from "~/features/types/TypeAside";
import { TypeName } from "~/features/types/TypeName";
import styles from "~/features/types/TypePage.module.css";
import { TypeSections } from "~/features/types/TypeSections";
import { type TypeDetail, useType } from "~/features/types/useTypes";
import { Allowed } from "~/parts/Allowed";
import { ButtonLink, TextLink } from "~/parts/links";
import { PageTitle } from "~/parts/PageTitle";
import { Prose } from "~/parts/Prose";
import { Wrong } from "~/parts/Wrong";

const route = getRouteApi("/types/$name");

/** The documentation of a component type. */
export function TypePage() {
  const { name } = route.useParams();
  const { data, error, refetch } = useType(name);
  return (
    <>
      <Breadcrumbs mb={4} separatorMargin={6}>
        <TextLink to="/types">Component types</TextLink>
        <Text size="sm" c="dimmed">
          {data?.package ?? name.split(".")[0]}
        </Text>
      </Breadcrumbs>
      <PageTitle
        title={data?.name ?? name}
        about={data && <Summary type={data} />}
        actions={data && <Facts type={data} />}
      >
        <TypeName name={data?.name ?? name} />
      </PageTitle>
      {error ? (
        <Wrong error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading />
      ) : (
        <div className={styles.columns}>
          <Stack gap="xl" className={styles.main}>
            {data.deprecated !== null && <Deprecated why={data.deprecated} />}
            <TypeSections type={data} />
          </Stack>
          <TypeAside type={data} />
        </div>
      )}
    </>
  );
}

function Summary({ type }: { type: TypeDetail }) {
  return <Prose text={type.summary} dimmed />;
}

function Facts({ type }: { type: TypeDetail }) {
  return (
    <Group gap="xs">
      <Allowed needs="editor">
        <ButtonLink
          to="/editor"
          search={{ type: type.name, new: true }}
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
        >
          New component
        </ButtonLink>
      </Allowed>
      {type.version !== null && (
        <Badge variant="default" radius="sm" tt="none" size="lg" fw={500}>
          {type.package} {type.version}
        </Badge>
      )}
    </Group>
  );
}

function Deprecated({ why }: { why: string }) {
  return (
    <Alert color="yellow" variant="light" title="Deprecated" icon={<IconAlertTriangle aria-hidden />}>
      <Prose text={why} />
    </Alert>
  );
}

function Loading() {
  return (
    <Stack gap="xl" aria-hidden>
      <Skeleton height={60} maw={820} />
      <Skeleton height={180} maw={820} />
      <Skeleton height={380} maw={820} />
    </Stack>
  );
}
