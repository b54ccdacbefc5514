import { useQuery } from "@tanstack/solid-query";
import { type Accessor, createMemo } from "solid-js";
import { modelListQuery, recommendToSample } from "../../api/models.ts";
import { loadedData } from "../../components/loaded.tsx";

const LIKED_ITEMS = 3;

/** A user of the project's own data for the example request, so that it works unchanged. */
export function createExample(projectId: Accessor<number>) {
  const models = useQuery(() => modelListQuery(projectId()));
  const modelId = () => loadedData(models)?.results.find((model) => model.status === "READY")?.id ?? null;
  const sample = useQuery(() => ({
    queryKey: ["example", modelId()],
    queryFn: () => recommendToSample(modelId() ?? 0, 0),
    enabled: modelId() !== null,
    staleTime: Number.POSITIVE_INFINITY,
    reconcile: false as const,
  }));
  const found = () => (modelId() === null ? undefined : loadedData(sample));
  // Once shown, the example stays: an outdated list may name a model a moment later, when the example has already been
  // used.
  const isKnown = createMemo<boolean>(
    (was) => was || (!models.isPending && (modelId() === null || !sample.isPending)),
    false,
  );
  return {
    /** False until a model is ready: the API cannot answer before. */
    hasModel: () => modelId() !== null,
    isKnown,
    userId: () => found()?.user_id ?? "someone",
    itemIds: () => found()?.user_profile.slice(0, LIKED_ITEMS) ?? [],
  };
}
