import { Group, Stack, Table, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { open } from "~/features/policies/counts";
import { SeverityBadge } from "~/features/policies/SeverityBadge";
import type { Policy } from "~/features/policies/usePolicies";
import { amount } from "~/parts/amounts";
import { CodeBlock } from "~/parts/CodeBlock";
import { TextLink } from "~/parts/links";
import { Place } from "~/parts/Place";

const LANGUAGES: Record<Policy["language"], string> = {
  template: "an expression",
  cel: "an expression (CEL)",
  python: "a Python function",
};

/** What a policy requires, of what, and where it holds. */
export function RuleDetail({ policy }: { policy: Policy }) {
  const { name, require, language, match, target, message, docs, given_by, waivable, fixes, counts, place } =
    policy;
  const count = open(counts);
  return (
    <Stack gap="sm">
      <div>
        <Text size="xs" c="dimmed" mb={4}>
          Each {target}
          {match !== "*" && ` of ${match}`} has to fulfil {LANGUAGES[language]}:
        </Text>
        <CodeBlock code={require} language="text" label={`The rule of ${name}`} />
      </div>
      {message && <Fact title="It says">{message}</Fact>}
      <Fact title="From">
        {given_by === null ? "this project" : given_by === "treadle" ? "Treadle’s packs" : given_by}
      </Fact>
      {!waivable && (
        <Fact title="Exceptions">none: neither waivers nor a baseline excuse anything from it</Fact>
      )}
      {fixes && (
        <Fact title="Mending">
          <code>treadle check --fix</code> mends what violates it
        </Fact>
      )}
      {docs !== null && (
        <Fact title="More">
          <a
            href={docs}
            target="_blank"
            rel="noreferrer noopener"
            style={{ color: "var(--mantine-color-anchor)" }}
          >
            {docs}
          </a>
        </Fact>
      )}
      <Bindings bindings={policy.bindings} />
      <Group gap="lg">
        <TextLink to="/policies" search={{ policy: name, ...(count === 0 ? { excused: "too" } : {}) }}>
          {count === 0 ? "Its violations, with those that are excused" : amount(count, "violation")}
        </TextLink>
        <TextLink to="/policies" search={{ tab: "trend", policy: name }}>
          Its trend
        </TextLink>
        <Place file={place.file} line={place.line} />
      </Group>
    </Stack>
  );
}

function Fact({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Text size="sm" component="div" style={{ overflowWrap: "anywhere" }}>
      <Text span inherit c="dimmed">
        {title}:
      </Text>{" "}
      {children}
    </Text>
  );
}

function Bindings({ bindings }: { bindings: Policy["bindings"] }) {
  if (bindings.length === 0) return null;
  return (
    <Table.ScrollContainer
      minWidth={420}
      type="native"
      tabIndex={0}
      role="region"
      aria-label="Where it holds"
    >
      <Table verticalSpacing={4} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Holds for</Table.Th>
            <Table.Th>How hard</Table.Th>
            <Table.Th>With</Table.Th>
            <Table.Th>Says</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {bindings.map((each) => (
            <Table.Tr key={`${each.given_by} ${each.severity} ${each.match} ${each.place.line}`}>
              <Table.Td>{where(each)}</Table.Td>
              <Table.Td>
                <SeverityBadge severity={each.severity} />
              </Table.Td>
              <Table.Td>
                {Object.entries(each.parameters)
                  .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
                  .join(", ") || "–"}
              </Table.Td>
              <Table.Td>
                {each.given_by ?? (each.place.file === null ? "the policy" : "this project")}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** What a binding is narrowed to, in words. */
function where({ match, packages, projects }: Policy["bindings"][number]): string {
  const parts = [
    match === "*" ? "" : match,
    packages.length === 0 || packages.includes("*") ? "" : `packages ${packages.join(", ")}`,
    projects.length === 0 || projects.includes("*") ? "" : `projects ${projects.join(", ")}`,
  ].filter(Boolean);
  return parts.join("; ") || "everything";
}
