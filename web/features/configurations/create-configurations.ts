import { useNavigate } from "@solidjs/router";
import { useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import { type Accessor, createSignal } from "solid-js";
import type { ModelConfigurationResponse } from "#contract/model.ts";
import { ApiError } from "../../api/api-error.ts";
import {
  changeConfiguration,
  configurationListKey,
  createConfiguration,
  deleteConfiguration,
  modelConfigurationQuery,
  modelConfigurationsQuery,
  modelListKey,
  trainModel,
} from "../../api/models.ts";
import { dataListQuery } from "../../api/training-data.ts";
import { loadedData } from "../../components/loaded.tsx";
import { useProject } from "../shell/use-project.ts";
import { type ConfigurationDraft, checkDraft, type DraftProblems, draftOf } from "./configuration-draft.ts";

type Opened = "new" | ModelConfigurationResponse | null;

/** The saved settings of a project, the form of one of them, and what can be done with them. */
export function createConfigurations(projectId: Accessor<number>, page: Accessor<number>) {
  const { href } = useProject();
  const client = useQueryClient();
  const navigate = useNavigate();
  const query = useQuery(() => modelConfigurationsQuery(projectId(), { page: page(), page_size: 20 }));
  const data = useQuery(() => dataListQuery(projectId()));
  const [opened, setOpened] = createSignal<Opened>(null);
  const [draft, setDraft] = createSignal(draftOf(null));
  const [problems, setProblems] = createSignal<DraftProblems>({});
  const refresh = () => client.invalidateQueries({ queryKey: configurationListKey(projectId()) });

  const saving = useMutation(() => ({
    mutationFn: (settings: Record<string, unknown>) => {
      const { name, algorithm } = draft();
      const body = { name: name.trim(), recommender_class_name: algorithm, parameters_json: settings };
      const row = opened();
      if (row === "new" || row === null) return createConfiguration({ ...body, project: projectId() });
      return changeConfiguration(row.id, body);
    },
    onSuccess: async ({ id }: ModelConfigurationResponse) => {
      setOpened(null);
      await Promise.all([
        refresh(),
        client.invalidateQueries({ queryKey: modelConfigurationQuery(id).queryKey }),
      ]);
    },
  }));
  const refused = () => (saving.error instanceof ApiError ? saving.error.fields : {});

  return {
    query,
    opened,
    draft,
    open(row: Opened): void {
      saving.reset();
      setProblems({});
      setDraft(draftOf(row === "new" ? null : row));
      setOpened(row);
    },
    set: (changes: Partial<ConfigurationDraft>) => setDraft((known) => ({ ...known, ...changes })),
    errorsOf: (field: string) => problems()[field] ?? refused()[field],
    formError: () => {
      const { name, recommender_class_name, parameters_json } = refused();
      return saving.error && !name && !recommender_class_name && !parameters_json ? saving.error : null;
    },
    isSaving: () => saving.isPending,
    submit(): void {
      const checked = checkDraft(draft());
      setProblems("problems" in checked ? checked.problems : {});
      if ("settings" in checked) saving.mutate(checked.settings);
    },
    /** The newest file that is ready: models of this page are trained on it. */
    newestData: () => loadedData(data)?.results.find(({ status }) => status === "READY") ?? null,
    async train(configuration: number, dataId: number): Promise<void> {
      const model = await trainModel({ configuration, data_loc: dataId });
      void client.invalidateQueries({ queryKey: modelListKey(projectId()) });
      navigate(href(`/models/${model.id}`));
    },
    async remove(configuration: number): Promise<void> {
      await deleteConfiguration(configuration);
      await refresh();
    },
  };
}

export type Configurations = ReturnType<typeof createConfigurations>;
