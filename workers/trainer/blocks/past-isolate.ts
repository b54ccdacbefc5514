import { DATASET_KIND } from "#engine/artifact/kinds.ts";
import type { JobData } from "#jobs/feature-sources.ts";
import { isPastIsolate } from "#storage/dataset-size.ts";
import type { TrainerDeps } from "../work/deps.ts";

/** Whether a job's dataset has more bytes than an isolate holds. */
export async function hasDataPastIsolate(
  { artifacts, isolateFileBytes }: Pick<TrainerDeps, "artifacts" | "isolateFileBytes">,
  { datasetKey }: Pick<JobData, "datasetKey">,
): Promise<boolean> {
  const { header } = await artifacts.open(datasetKey, DATASET_KIND);
  return isPastIsolate(header, isolateFileBytes);
}
