import type { TrainingSpec } from "#jobs/training-job.ts";

/** What a model's artifact says of itself. */
export function modelMeta({ modelId, projectId, dataId, algorithm, params, version }: TrainingSpec) {
  return { model_id: modelId, project_id: projectId, data_id: dataId, algorithm, params, version };
}
