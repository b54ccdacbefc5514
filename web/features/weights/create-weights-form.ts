import { useMutation, useQueryClient } from "@tanstack/solid-query";
import { createSignal } from "solid-js";
import { createStore } from "solid-js/store";
import type { ProjectResponse } from "#contract/project.ts";
import type { OtherwiseWeighed } from "#contract/weight-report.ts";
import { ApiError, describeError, type FieldErrors } from "../../api/api-error.ts";
import { changeProject, projectKey } from "../../api/projects.ts";
import { dataListKey, readDataAgain } from "../../api/training-data.ts";
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
  /** One after another: a file that is refused says why, and those before it are read. */
  const again = useMutation(() => ({
    mutationFn: async (files: readonly OtherwiseWeighed[]) => {
      for (const { id } of files) await readDataAgain(id);
    },
    onSettled: () => client.invalidateQueries({ queryKey: dataListKey(project.id) }),
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
      again.reset();
      setValues({ [field]: value });
    },
    errorsOf: (field: WeightField) => problems()[field] ?? refused()[field],
    saveError: () => (save.error && !isShown(save.error) ? describeError(save.error) : null),
    previewError: () => (preview.error && !isShown(preview.error) ? describeError(preview.error) : null),
    report: () => preview.data,
    isPreviewing: () => preview.isPending,
    isSaving: () => save.isPending,
    isSaved: () => save.isSuccess,
    readAgain: (files: readonly OtherwiseWeighed[]) => again.mutate(files),
    isReadingAgain: () => again.isPending,
    isReadAgain: () => again.isSuccess,
    againError: () => (again.error ? describeError(again.error) : null),
    preview: () => withChoice((choice) => preview.mutate(choice)),
    save: () => withChoice((choice) => save.mutate(choice)),
  };
}

export type WeightsForm = ReturnType<typeof createWeightsForm>;
