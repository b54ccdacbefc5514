import { useNavigate } from "@solidjs/router";
import { useQueryClient } from "@tanstack/solid-query";
import type { JSX } from "solid-js";
import type { ProjectResponse } from "#contract/project.ts";
import { deleteProject, projectKey, projectsKey } from "../../api/projects.ts";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { readLastProject, writeLastProject } from "../auth/last-project.ts";

export function DeleteProject(props: { project: ProjectResponse; compact?: boolean }): JSX.Element {
  const client = useQueryClient();
  const navigate = useNavigate();
  async function remove(): Promise<void> {
    const { id } = props.project;
    await deleteProject(id);
    if (readLastProject() === id) writeLastProject(null);
    navigate("/projects");
    await client.invalidateQueries({ queryKey: projectsKey });
    client.removeQueries({ queryKey: projectKey(id) });
  }
  return (
    <ConfirmButton
      trigger={props.compact ? `Delete ${props.project.name}` : "Delete project"}
      triggerIcon="trash"
      compact={props.compact ?? false}
      title={`Delete “${props.project.name}”?`}
      confirm="Delete project"
      onConfirm={remove}
    >
      Its data, tuning jobs, models and API keys are deleted too, and its live recommendations stop. This
      cannot be undone.
    </ConfirmButton>
  );
}
