import { Code, Stack, Text } from "@mantine/core";
import type { ApiRecord } from "~/api/client";
import { Place } from "~/parts/Place";
import { Value } from "~/parts/Value";

/** One thing that was said of a value: by whom, where, and with what in mind. */
export function ExplainedStep({ step, name }: { step: ApiRecord<"ExplainedStep">; name: string }) {
  const { place, text, templates, value, effect, kind } = step;
  return (
    <Stack gap={4} mt={2}>
      <Place file={place.file} line={place.line} />
      {text && (
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {text}
        </Text>
      )}
      {templates.map((each) => (
        <Template key={each.text} template={each} />
      ))}
      {effect !== "removes" && (kind !== "default" || value !== null) && (
        <Text size="sm" component="div">
          <Text span size="sm" c="dimmed">
            gives{" "}
          </Text>
          <Value value={value} name={name} />
        </Text>
      )}
    </Stack>
  );
}

function Template({ template: { text, variables } }: { template: ApiRecord<"ExplainedTemplate"> }) {
  return (
    <div>
      <Code block fz="xs" tabIndex={0}>
        {text}
      </Code>
      {variables.map((each) => (
        <Variable key={each.name} variable={each} />
      ))}
    </div>
  );
}

function Variable({ variable }: { variable: ApiRecord<"ExplainedVariable"> }) {
  const { name, value, shown, text, source, place } = variable;
  return (
    <Text size="xs" c="dimmed" mt={2} component="div" style={{ overflowWrap: "anywhere" }}>
      <Code fz="xs">{name}</Code>{" "}
      {shown ? (
        <>
          = <Value value={value} /> ({text || source})
        </>
      ) : (
        `is ${String(value)} (${text || source}); its value isn't shown`
      )}
      <Place file={place.file} line={place.line} />
    </Text>
  );
}
