import { Button, Collapse } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ApiRecord } from "~/api/client";
import { amount } from "~/parts/amounts";
import { Panel } from "~/parts/Panel";
import { Problems } from "~/parts/Problems";

const FIRST = 2;

/** What is wrong with the project's files, errors first. */
export function ProjectProblems({ project: { diagnostics, error } }: { project: ApiRecord<"Project"> }) {
  const [isWhole, { toggle }] = useDisclosure();
  const errors = diagnostics.filter((each) => each.severity === "error");
  const ordered = [...errors, ...diagnostics.filter((each) => each.severity !== "error")];
  if (ordered.length === 0 && error === "") return null;
  const warnings = ordered.length - errors.length;
  const title = [
    errors.length > 0 && amount(errors.length, "error"),
    warnings > 0 && amount(warnings, "warning"),
  ]
    .filter(Boolean)
    .join(" and ");
  return (
    <Panel
      title={title === "" ? "The project couldn’t be loaded again" : `${title} in the project`}
      action={
        ordered.length > FIRST && (
          <Button variant="subtle" size="compact-sm" onClick={toggle} aria-expanded={isWhole}>
            {isWhole ? "Fewer" : `All ${ordered.length}`}
          </Button>
        )
      }
    >
      {error !== "" && <p>{error}</p>}
      <Problems diagnostics={ordered.slice(0, FIRST)} />
      <Collapse expanded={isWhole} mt="xs">
        {isWhole && <Problems diagnostics={ordered.slice(FIRST)} />}
      </Collapse>
    </Panel>
  );
}
