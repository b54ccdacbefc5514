import { useMutation, useQueryClient } from "@tanstack/solid-query";
import { createSignal } from "solid-js";
import { createStore } from "solid-js/store";
import type { ProjectRequest, ProjectResponse } from "#contract/project.ts";
import { ApiError, describeError, type FieldErrors } from "../../api/api-error.ts";
import { projectKey, projectsKey, updateProject } from "../../api/projects.ts";
import { checkProject, type ProjectField, type ProjectValues } from "../projects/check-project.ts";
import { toReadingValues } from "../projects/reading-values.ts";

/** The form for all settings of a project. */
export function createSettingsForm(project: ProjectResponse) {
  const client = useQueryClient();
  const [values, setValues] = createStore<ProjectValues>({
    name: project.name,
    user_column: project.user_column,
    item_column: project.item_column,
    time_column: project.time_column ?? "",
    allowed_origins: (project.allowed_origins ?? []).join("\n"),
    ...toReadingValues(project),
  });
  const [problems, setProblems] = createSignal<FieldErrors>({});
  const mutation = useMutation(() => ({
    mutationFn: (body: ProjectRequest) => updateProject(project.id, body),
    onSuccess: (changed) => {
      client.setQueryData(projectKey(project.id), changed);
      void client.invalidateQueries({ queryKey: projectsKey });
    },
  }));

  const refused = () => (mutation.error instanceof ApiError ? mutation.error.fields : {});
  return {
    values,
    setValue: (field: ProjectField, value: string) => {
      mutation.reset();
      setValues({ [field]: value });
    },
    errorsOf: (field: ProjectField) => problems()[field] ?? refused()[field],
    formError: () =>
      mutation.error && Object.keys(refused()).length === 0 ? describeError(mutation.error) : null,
    busy: () => mutation.isPending,
    isSaved: () => mutation.isSuccess,
    submit(): void {
      const checked = checkProject(values);
      setProblems("problems" in checked ? checked.problems : {});
      if ("request" in checked) mutation.mutate(checked.request);
    },
  };
}
