import { DATASET_KIND } from "#engine/artifact/kinds.ts";
import { isNeededForDataset } from "#engine/data/dataset-artifact.ts";
import type { JobData } from "#jobs/feature-sources.ts";
import { MAX_ARTIFACT_BYTES } from "#storage/artifact-store.ts";
import type { TrainerDeps } from "../work/deps.ts";

/** Whether a dataset has more bytes than an isolate holds. Then work with it is cut into tasks that hold a block at a time. */
export async function isPastIsolate(
  { artifacts, isolateFileBytes }: Pick<TrainerDeps, "artifacts" | "isolateFileBytes">,
  { datasetKey }: Pick<JobData, "datasetKey">,
): Promise<boolean> {
  const { header } = await artifacts.open(datasetKey, DATASET_KIND);
  const bytes = header.sections
    .filter(({ name }) => isNeededForDataset(name, false))
    .reduce((sum, section) => sum + section.bytes, 0);
  return bytes > Math.min(MAX_ARTIFACT_BYTES, isolateFileBytes);
}
