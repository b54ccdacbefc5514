import { useMutation, useQueryClient } from "@tanstack/solid-query";
import { createSignal } from "solid-js";
import { createStore } from "solid-js/store";
import type { ProjectResponse } from "#contract/project.ts";
import { ApiError, describeError, type FieldErrors } from "../../api/api-error.ts";
import { changeProject, projectKey } from "../../api/projects.ts";
import { previewWeights } from "../../api/weights.ts";
import { checkWeights, toWeightValues, type WeightChoice, type WeightField } from "./weight-values.ts";

/** The form for what an interaction is worth: a choice is tried on the newest file before it is saved. */
export function createWeightsForm(project: ProjectResponse) {
  const client = useQueryClient();
  const [values, setValues] = createStore(toWeightValues(project));
  const [stored, setStored] = createSignal(project);
  const [problems, setProblems] = createSignal<FieldErrors>({});
  const preview = useMutation(() => ({
    mutationFn: (choice: WeightChoice) => previewWeights(project.id, choice),
  }));
  const save = useMutation(() => ({
    mutationFn: (choice: WeightChoice) => changeProject(project.id, choice),
    onSuccess: (changed, choice) => {
      setStored(changed);
      client.setQueryData(projectKey(project.id), changed);
      preview.mutate(choice);
    },
  }));
  const refused = () => [save.error, preview.error].find((error) => error instanceof ApiError)?.fields ?? {};
  /** Errors of a field that the form does not show belong to the whole form. */
  const isShown = (error: unknown) =>
    error instanceof ApiError && Object.keys(error.fields).some((field) => field in values);
  const withChoice = (act: (choice: WeightChoice) => void) => {
    const checked = checkWeights(values, stored());
    setProblems("problems" in checked ? checked.problems : {});
    save.reset();
    preview.reset();
    if ("choice" in checked) act(checked.choice);
  };
  return {
    values,
    setValue: (field: WeightField, value: string) => {
      save.reset();
      preview.reset();
      setValues({ [field]: value });
    },
    errorsOf: (field: WeightField) => problems()[field] ?? refused()[field],
    saveError: () => (save.error && !isShown(save.error) ? describeError(save.error) : null),
    previewError: () => (preview.error && !isShown(preview.error) ? describeError(preview.error) : null),
    report: () => preview.data,
    isPreviewing: () => preview.isPending,
    isSaving: () => save.isPending,
    isSaved: () => save.isSuccess,
    preview: () => withChoice((choice) => preview.mutate(choice)),
    save: () => withChoice((choice) => save.mutate(choice)),
  };
}

export type WeightsForm = ReturnType<typeof createWeightsForm>;
