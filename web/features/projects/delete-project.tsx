import { useNavigate } from "@solidjs/router";
import { useQueryClient } from "@tanstack/solid-query";
import type { JSX } from "solid-js";
import type { ProjectResponse } from "#contract/project.ts";
import { deleteProject, projectKey, projectsKey } from "../../api/projects.ts";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { t } from "../../words/words.ts";
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
      needs="owner"
      trigger={props.compact ? t("projects.deleteNamed", props.project.name) : t("projects.delete")}
      triggerIcon="trash"
      compact={props.compact ?? false}
      title={t("projects.deleteQuestion", props.project.name)}
      confirm={t("projects.delete")}
      onConfirm={remove}
    >
      {t("projects.deleteWhat")}
    </ConfirmButton>
  );
}
