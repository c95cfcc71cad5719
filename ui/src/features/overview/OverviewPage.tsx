import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { projectQuery } from "~/api/project";
import { Attention } from "~/features/overview/Attention";
import { DueNext } from "~/features/overview/DueNext";
import { LatestRuns } from "~/features/overview/LatestRuns";
import styles from "~/features/overview/Overview.module.css";
import { ProjectProblems } from "~/features/overview/ProjectProblems";
import { StatusCounts } from "~/features/overview/StatusCounts";
import { Welcome } from "~/features/overview/Welcome";
import { amount } from "~/parts/amounts";
import { PageTitle } from "~/parts/PageTitle";
import { When } from "~/parts/When";
import { Wrong } from "~/parts/Wrong";

/** What a person wants to know in the morning. */
export function OverviewPage() {
  const { data: project, error, refetch } = useQuery(projectQuery);
  const isNew = project?.state === "loaded" && project.components === 0;
  return (
    <>
      <PageTitle
        title="Overview"
        about={
          project === undefined ? (
            "How the project stands."
          ) : (
            <>
              {amount(project.assets, "asset")}, {amount(project.checks, "check")},{" "}
              {amount(project.components, "component")}
              {project.loaded_at !== null && (
                <>
                  {" · loaded "}
                  <When at={project.loaded_at} span inherit />
                </>
              )}
            </>
          )
        }
      />
      {error !== null && <Wrong error={error} retry={() => void refetch()} />}
      {isNew ? (
        <Welcome />
      ) : (
        <Stack gap="md">
          <StatusCounts />
          {project !== undefined && <ProjectProblems project={project} />}
          <div className={styles.columns}>
            <Stack gap="md" style={{ minWidth: 0 }}>
              <LatestRuns />
            </Stack>
            <Stack gap="md" style={{ minWidth: 0 }}>
              <Attention />
              <DueNext />
            </Stack>
          </div>
        </Stack>
      )}
    </>
  );
}
