import { Alert, Badge, Code, Group, Loader, Stack, Text } from "@mantine/core";
import { IconEqual, IconShieldX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { ApiRecord } from "~/api/client";
import { previewQuery } from "~/features/editor/asking";
import type { Draft } from "~/features/editor/useDraft";
import { Problems } from "~/parts/Problems";
import { Wrong } from "~/parts/Wrong";

type Preview = ApiRecord<"Preview">;
type Differences = ApiRecord<"Differences">;

const DENIED = "TRD901";
const KINDS = ["assets", "checks", "steps", "schedules", "sensors", "jobs"] as const;
const MOST = 30;

/** What saving would do to the asset graph. */
export function PreviewPanel({ draft }: { draft: Draft }) {
  const text = draft.diagnosis?.text ?? draft.text; // it pauses while somebody types
  const {
    data: preview,
    error,
    isFetching,
    refetch,
  } = useQuery(previewQuery(draft.path, text, draft.loaded));
  if (error) return <Wrong error={error} retry={() => void refetch()} />;
  if (preview === undefined) {
    return (
      <Group gap="sm" py="sm">
        <Loader size="xs" />
        <Text size="sm" c="dimmed">
          Loading the project as it would be…
        </Text>
      </Group>
    );
  }
  return (
    <Stack gap="md" aria-busy={isFetching} style={{ opacity: isFetching ? 0.6 : 1 }}>
      <Found preview={preview} />
    </Stack>
  );
}

function Found({ preview }: { preview: Preview }) {
  const denied = preview.new.filter((each) => each.code === DENIED);
  const wrong = preview.new.filter((each) => each.code !== DENIED);
  if (preview.same) {
    return (
      <Group gap={8} py="xs">
        <IconEqual size={18} aria-hidden />
        <Text size="sm">Saving this changes nothing in the asset graph.</Text>
      </Group>
    );
  }
  return (
    <>
      {denied.length > 0 && (
        <Alert
          color="red"
          variant="light"
          icon={<IconShieldX aria-hidden />}
          title="A policy would deny this"
        >
          {denied.map((each) => (
            <Text size="sm" key={each.message}>
              {each.message}
              {each.fix !== "" && ` – ${each.fix}`}
            </Text>
          ))}
        </Alert>
      )}
      {wrong.length > 0 && (
        <Section title="New mistakes">
          <Problems diagnostics={wrong.map(asDiagnostic)} />
        </Section>
      )}
      {KINDS.map((each) => (
        <Part key={each} kind={each} part={preview[each]} />
      ))}
      <Edges sign="+" edges={preview.edges_added} />
      <Edges sign="−" edges={preview.edges_removed} />
      {preview.stale.length > 0 && (
        <Section
          title={`${preview.stale.length === 1 ? "1 asset has" : `${preview.stale.length} assets have`} to be made again`}
        >
          {preview.stale.slice(0, MOST).map((each) => (
            <Line key={each.asset} name={each.asset} about={each.reason} />
          ))}
        </Section>
      )}
      {preview.mended.length > 0 && (
        <Section title="Mended">
          {preview.mended.map((each) => (
            <Text key={each.message} size="sm" td="line-through" c="dimmed">
              {each.message}
            </Text>
          ))}
        </Section>
      )}
    </>
  );
}

function asDiagnostic(finding: ApiRecord<"PreviewFinding">): ApiRecord<"Diagnostic"> {
  return { ...finding, why: "", column: null };
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" fw={650} c="dimmed" mb={4}>
        {title}
      </Text>
      <Stack gap={4}>{children}</Stack>
    </div>
  );
}

function Part({ kind, part }: { kind: (typeof KINDS)[number]; part: Differences }) {
  if (part.added.length + part.removed.length + part.renamed.length + part.changed.length === 0) return null;
  return (
    <Section title={kind.charAt(0).toUpperCase() + kind.slice(1)}>
      {part.added.slice(0, MOST).map((each) => (
        <Line key={`+${each}`} badge="new" color="teal" name={each} />
      ))}
      {part.added.length > MOST && <Rest count={part.added.length - MOST} />}
      {part.removed.slice(0, MOST).map((each) => (
        <Line key={`-${each}`} badge="gone" color="red" name={each} />
      ))}
      {part.removed.length > MOST && <Rest count={part.removed.length - MOST} />}
      {part.renamed.map((each) => (
        <Line
          key={each.new}
          badge="renamed"
          color="blue"
          name={each.new}
          about={`was ${each.old}`}
          fields={each.fields}
        />
      ))}
      {part.changed.slice(0, MOST).map((each) => (
        <Line key={each.name} badge="changed" color="blue" name={each.name} fields={each.fields} />
      ))}
    </Section>
  );
}

function Rest({ count }: { count: number }) {
  return (
    <Text size="xs" c="dimmed">
      … and {count} more
    </Text>
  );
}

type LineProps = {
  name: string;
  badge?: string;
  color?: string;
  about?: string;
  fields?: ApiRecord<"FieldDifference">[];
};

function Line({ name, badge, color, about, fields = [] }: LineProps) {
  return (
    <div>
      <Group gap={8} wrap="nowrap" align="baseline">
        {badge !== undefined && (
          <Badge size="sm" radius="sm" variant="light" color={color} miw={68} style={{ flexShrink: 0 }}>
            {badge}
          </Badge>
        )}
        <Text size="sm" fw={500} style={{ overflowWrap: "anywhere" }}>
          {name}
          {about !== undefined && (
            <Text span size="xs" c="dimmed" ml={8}>
              {about}
            </Text>
          )}
        </Text>
      </Group>
      {fields.map((each) => (
        <Text
          key={each.field}
          size="xs"
          c="dimmed"
          pl={badge === undefined ? 0 : 76}
          style={{ overflowWrap: "anywhere" }}
        >
          {each.field}: <Code>{each.old ?? "–"}</Code> → <Code>{each.new ?? "–"}</Code>
        </Text>
      ))}
    </div>
  );
}

function Edges({ sign, edges }: { sign: "+" | "−"; edges: ApiRecord<"Edge">[] }) {
  if (edges.length === 0) return null;
  return (
    <Section title={sign === "+" ? "New dependencies" : "Dependencies that go"}>
      {edges.slice(0, MOST).map((each) => (
        <Text key={`${each.from} ${each.to}`} size="sm" style={{ overflowWrap: "anywhere" }}>
          {each.from} → <b>{each.to}</b>
        </Text>
      ))}
      {edges.length > MOST && <Rest count={edges.length - MOST} />}
    </Section>
  );
}
