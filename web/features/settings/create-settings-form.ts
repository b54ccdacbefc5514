import { useMutation, useQueryClient } from "@tanstack/solid-query";
import { createSignal } from "solid-js";
import { createStore } from "solid-js/store";
import { type ProjectResponse, projectRequest } from "#contract/project.ts";
import { ApiError, describeError, type FieldErrors } from "../../api/api-error.ts";
import { projectKey, projectsKey, updateProject } from "../../api/projects.ts";
import { checkProject, type ProjectField } from "../projects/check-project.ts";

/** The form that changes a project's name and columns. */
export function createSettingsForm(project: ProjectResponse) {
  const client = useQueryClient();
  const [values, setValues] = createStore({
    name: project.name,
    user_column: project.user_column,
    item_column: project.item_column,
    time_column: project.time_column ?? "",
  });
  const [problems, setProblems] = createSignal<FieldErrors>({});
  const mutation = useMutation(() => ({
    mutationFn: (body: ReturnType<typeof projectRequest.parse>) => updateProject(project.id, body),
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
      setValues(field, value);
    },
    errorsOf: (field: ProjectField) => problems()[field] ?? refused()[field],
    formError: () =>
      mutation.error && Object.keys(refused()).length === 0 ? describeError(mutation.error) : null,
    busy: () => mutation.isPending,
    isSaved: () => mutation.isSuccess,
    submit(): void {
      const found = checkProject(values);
      setProblems(found);
      if (Object.keys(found).length > 0) return;
      mutation.mutate(projectRequest.parse({ ...values, time_column: values.time_column.trim() || null }));
    },
  };
}
