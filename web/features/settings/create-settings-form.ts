import { useMutation, useQueryClient } from "@tanstack/solid-query";
import { createSignal } from "solid-js";
import { createStore } from "solid-js/store";
import type { ProjectRequest, ProjectResponse } from "#contract/project.ts";
import { ApiError, describeError, type FieldErrors } from "../../api/api-error.ts";
import { projectKey, projectsKey, updateProject } from "../../api/projects.ts";
import { checkProject, type ProjectField, type ProjectValues } from "../projects/check-project.ts";
import { toReadingValues } from "../projects/reading-values.ts";
import {
  checkListValues,
  type ListField,
  type ListSettings,
  type ListValues,
  toListValues,
} from "./list-values.ts";

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
  // The settings as last saved: only changes are sent, so that a default stays a default.
  const [savedLists, setSavedLists] = createSignal<ListSettings>(project);
  const [lists, setLists] = createStore<ListValues>(toListValues(project));
  const [problems, setProblems] = createSignal<FieldErrors>({});
  const mutation = useMutation(() => ({
    mutationFn: (body: ProjectRequest) => updateProject(project.id, body),
    onSuccess: (changed) => {
      setSavedLists(changed);
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
    lists,
    setList: (field: ListField, value: string) => {
      mutation.reset();
      setLists({ [field]: value });
    },
    listErrorsOf: (field: ListField) => problems()[field] ?? refused()[field],
    errorsOf: (field: ProjectField) => problems()[field] ?? refused()[field],
    formError: () =>
      mutation.error && Object.keys(refused()).length === 0 ? describeError(mutation.error) : null,
    busy: () => mutation.isPending,
    isSaved: () => mutation.isSuccess,
    submit(): void {
      const checked = checkProject(values);
      const listed = checkListValues(lists, savedLists());
      setProblems({
        ...("problems" in checked && checked.problems),
        ...("problems" in listed && listed.problems),
      });
      if ("request" in checked && "changes" in listed) {
        mutation.mutate({ ...checked.request, ...listed.changes });
      }
    },
  };
}
