import { z } from "zod";
import type { FitInput, FitTask } from "#engine/algorithms/algorithm.ts";
import { needsAges } from "#engine/algorithms/needs-ages.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import { CHECKPOINT_KIND, MODEL_KIND } from "#engine/artifact/kinds.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { transpose } from "#engine/data/transpose.ts";
import { withAges } from "#engine/data/with-ages.ts";
import { requireRoom } from "#engine/estimate/require-room.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { modelSectionsInSteps } from "#engine/serve/model-artifact.ts";
import type { SliceMessage } from "#jobs/messages.ts";
import type { TrainingResult, TrainingSpec } from "#jobs/training-job.ts";
import { checkpointKey, modelKeys } from "#storage/keys.ts";
import type { TrainerDeps } from "../deps.ts";
import { type Assignment, type Ending, type Workmanship, workOnJob } from "../leased-work.ts";
import type { Work } from "../work.ts";
import { failsAlike } from "./fails-alike.ts";

type Slice = Assignment<TrainingSpec>;

/** Works on a training for one slice: ends with the stored model, or with a checkpoint for the next slice. */
export function trainingSlice(deps: TrainerDeps, message: SliceMessage): Promise<void> {
  const workmanship: Workmanship<TrainingSpec> = {
    isFinal: failsAlike,
    writes: ({ spec: { projectId, modelId } }) => modelKeys(projectId, modelId),
  };
  return workOnJob(deps, deps.training(message.modelId), workmanship, (slice, work) =>
    deps.kernels.use((kernels) => workSlice(deps, kernels, slice, work)),
  );
}

async function workSlice(
  deps: TrainerDeps,
  kernels: Kernels,
  slice: Slice,
  work: Work,
): Promise<Ending<TrainingResult>> {
  const { dataset, task, sliceMs } = await openFit(deps, kernels, slice);
  const retained = task.progress;
  await workFor(task, work, sliceMs);
  if (task.done) {
    return { type: "complete", result: { bytes: await storeModel(deps, slice.spec, dataset, task, work) } };
  }
  const checkpointKey = await storeCheckpoint(deps, slice, task, { retained, slice_ms: sliceMs });
  return { type: "slice-done", checkpointKey, progress: task.progress };
}

interface OpenedFit {
  readonly dataset: Dataset;
  readonly task: FitTask;
  /** How long this slice works. */
  readonly sliceMs: number;
}

async function openFit(deps: TrainerDeps, kernels: Kernels, slice: Slice): Promise<OpenedFit> {
  const { spec } = slice;
  const dataset = await deps.datasets.load(spec.datasetKey);
  const { userItems } = needsAges(spec.algorithm, spec.params) ? withAges(dataset) : dataset;
  const input: FitInput = {
    userItems,
    itemUsers: transpose(userItems),
    kernels,
    seed: spec.seed,
  };
  const algorithm = algorithmOf(spec.algorithm);
  if (slice.checkpointKey === null) {
    requireRoom(userItems, spec.algorithm, spec.params);
    return { dataset, task: algorithm.begin(input, spec.params), sliceMs: deps.sliceMs };
  }
  const { sections, meta } = await deps.artifacts.get(slice.checkpointKey, CHECKPOINT_KIND);
  const task = algorithm.resume(input, spec.params, sections);
  return { dataset, task, sliceMs: nextSliceMs(deps, task.progress, sliceMeta.parse(meta)) };
}

/** Data of a slice next to its checkpoint: the progress at its start, and its length. */
const sliceMeta = z.object({ retained: z.number(), slice_ms: z.number() });

/**
 * A checkpoint keeps whole pieces of work only. A slice that was too short for one piece has stored nothing, and neither would
 * the next: it gets twice the time.
 */
function nextSliceMs(
  { sliceMs }: Pick<TrainerDeps, "sliceMs">,
  progress: number,
  before: z.infer<typeof sliceMeta>,
): number {
  return progress > before.retained ? sliceMs : 2 * Math.max(before.slice_ms, 1);
}

/** At least one step, so that a training ends however short its slices are. */
async function workFor(task: FitTask, work: Work, sliceMs: number): Promise<void> {
  do {
    task.step();
    await work.breathe(task.progress);
  } while (!task.done && work.elapsedMs < sliceMs);
}

async function storeModel(
  deps: TrainerDeps,
  spec: TrainingSpec,
  dataset: Dataset,
  task: FitTask,
  work: Work,
): Promise<number> {
  const { modelId, projectId, dataId, algorithm, params, version, artifactKey } = spec;
  const meta = { model_id: modelId, project_id: projectId, data_id: dataId, algorithm, params, version };
  const encoding = modelSectionsInSteps(task.model(), dataset);
  let step = encoding.next();
  for (; !step.done; step = encoding.next()) await work.breathe(task.progress);
  const sections = step.value;
  return deps.artifacts.put(artifactKey, { kind: MODEL_KIND, meta, sections });
}

async function storeCheckpoint(
  deps: TrainerDeps,
  slice: Slice,
  task: FitTask,
  left: z.infer<typeof sliceMeta>,
): Promise<string> {
  const { modelId, projectId } = slice.spec;
  const key = checkpointKey(projectId, modelId, slice.slices);
  const meta = { model_id: modelId, project_id: projectId, slice: slice.slices, ...left };
  await deps.artifacts.put(key, { kind: CHECKPOINT_KIND, meta, sections: task.checkpoint() });
  return key;
}
