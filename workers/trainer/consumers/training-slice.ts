import { isBlend } from "#contract/algorithms.ts";
import type { FitTask } from "#engine/algorithms/fit/algorithm.ts";
import { needsAges } from "#engine/algorithms/needs-ages.ts";
import { MODEL_KIND } from "#engine/artifact/kinds.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { modelSectionsInSteps } from "#engine/serve/model-artifact.ts";
import type { SliceMessage } from "#jobs/messages.ts";
import type { TrainingEvent, TrainingResult, TrainingSpec } from "#jobs/training-job.ts";
import { modelKeys } from "#storage/keys.ts";
import { handOver, roomOrHandOver } from "../blocks/hand-over.ts";
import { hasDataPastIsolate } from "../blocks/past-isolate.ts";
import type { TrainerDeps } from "../work/deps.ts";
import { type Ending, type Workmanship, workOnJob } from "../work/leased-work.ts";
import { modelMeta } from "../work/model-meta.ts";
import { asWholeJob } from "../work/staged-work.ts";
import type { Work } from "../work/work.ts";
import { blendSlice } from "./blend-slice.ts";
import { failsAlike } from "./fails-alike.ts";
import { openCheckpoint, openTask, type Slice, sliceMsOf, storeCheckpoint, workFor } from "./fit-slice.ts";

/** Works on a training for one slice: ends with the stored model, or with a checkpoint for the next slice. */
export function trainingSlice(deps: TrainerDeps, message: SliceMessage): Promise<void> {
  const workmanship: Workmanship<TrainingSpec> = {
    isFinal: failsAlike,
    writes: ({ spec: { projectId, modelId } }) => modelKeys(projectId, modelId),
  };
  const job = deps.training(message.modelId);
  const whole = asWholeJob<TrainingEvent, TrainingSpec, TrainingResult>(job);
  return workOnJob(deps, whole, workmanship, async (slice, work) => {
    if (slice.checkpointKey === null && (await hasDataPastIsolate(deps, slice.spec)))
      await handOver(deps, slice);
    const workSlice = isBlend(slice.spec.algorithm) ? blendSlice : fitSlice;
    return await deps.kernels.use((kernels) => workSlice(deps, kernels, slice, work));
  });
}

async function fitSlice(
  deps: TrainerDeps,
  kernels: Kernels,
  slice: Slice,
  work: Work,
): Promise<Ending<TrainingResult>> {
  const { spec } = slice;
  const dataset = await deps.datasets.load(spec, needsAges(spec.algorithm, spec.params));
  const before = await openCheckpoint(deps, slice);
  if (!before) await roomOrHandOver(deps, slice, dataset);
  const task = await openTask(kernels, dataset, spec, before?.artifact ?? null);
  const retained = task.progress;
  const sliceMs = sliceMsOf(deps, retained, before?.left);
  await workFor(task, work, sliceMs, ({ progress }) => progress);
  if (task.done) {
    return { type: "complete", result: { bytes: await storeModel(deps, spec, dataset, task, work) } };
  }
  const left = { retained, slice_ms: sliceMs };
  const checkpointKey = await storeCheckpoint(deps, slice, { sections: task.checkpoint(), left });
  return { type: "slice-done", checkpointKey, progress: task.progress };
}

async function storeModel(
  deps: TrainerDeps,
  spec: TrainingSpec,
  dataset: Dataset,
  task: FitTask,
  work: Work,
): Promise<number> {
  const { wholeHistoryBytes } = deps;
  const tables = (await deps.datasets.tables(spec)) ?? undefined;
  const options = { isLast: true, tables, wholeHistoryBytes };
  const encoding = modelSectionsInSteps(task.model(), dataset, options);
  let step = encoding.next();
  for (; !step.done; step = encoding.next()) await work.breathe(task.progress);
  const sections = step.value;
  return deps.artifacts.put(spec.artifactKey, { kind: MODEL_KIND, meta: modelMeta(spec), sections });
}
