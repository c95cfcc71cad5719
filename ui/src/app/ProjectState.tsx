import { Badge, Text, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { projectQuery } from "~/api/project";
import styles from "~/app/Shell.module.css";

/** Which project is shown, and whether something is wrong with it. */
export function ProjectState() {
  const { data: project } = useQuery(projectQuery);
  if (project === undefined) return null;
  const errors = project.diagnostics.filter((each) => each.severity === "error").length;
  return (
    <div className={styles.state}>
      <Tooltip label={project.root}>
        <Text size="sm" truncate fw={500}>
          {project.name}
        </Text>
      </Tooltip>
      {project.state === "loading" && <Badge variant="light">loading</Badge>}
      {(errors > 0 || project.state === "failed") && (
        <Tooltip label={project.error || "What is broken is shown as it was when it was last good."}>
          <Badge
            component={Link}
            to="/components"
            color="red"
            variant="light"
            style={{ cursor: "pointer", flexShrink: 0, textTransform: "none" }}
          >
            {errors === 0 ? "not loaded" : `${errors} ${errors === 1 ? "error" : "errors"}`}
          </Badge>
        </Tooltip>
      )}
    </div>
  );
}
