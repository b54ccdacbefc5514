import { useQuery } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import type { TrainedModelResponse } from "#contract/model.ts";
import { modelConfigurationsQuery } from "../../api/models.ts";
import { newestModelsQuery } from "../../api/slots.ts";
import type { Option } from "../../components/field.tsx";
import { loadedData } from "../../components/loaded.tsx";
import { t } from "../../words/words.ts";
import { algorithmTitle } from "../algorithms/algorithm-look.ts";

/** The models of a project by name, "Version 3 · iALS", and those that can go live. */
export function createModelNames(projectId: Accessor<number>) {
  const models = useQuery(() => newestModelsQuery(projectId()));
  const configurations = useQuery(() => modelConfigurationsQuery(projectId()));
  const known = () => loadedData(models)?.results ?? [];
  const nameOf = ({ version, configuration }: TrainedModelResponse): string => {
    const algorithm = loadedData(configurations)?.results.find(({ id }) => id === configuration);
    const name = t("live.version", version);
    return algorithm ? `${name} · ${algorithmTitle(algorithm.recommender_class_name)}` : name;
  };
  return {
    isPending: () => models.isPending || configurations.isPending,
    nameOf(modelId: number): string {
      const model = known().find(({ id }) => id === modelId);
      return model ? nameOf(model) : t("live.model", modelId);
    },
    /** Those that are ready and have a file, the newest first. */
    ready: (): readonly Option[] =>
      known()
        .filter(({ status, file }) => status === "READY" && file !== null)
        .map((model) => ({ value: String(model.id), label: nameOf(model) })),
  };
}

export type ModelNames = ReturnType<typeof createModelNames>;
