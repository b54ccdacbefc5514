/** A fit that goes on from slice to slice, by the checkpoints that it leaves. */
import * as z from "zod";
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { FitTask } from "#engine/algorithms/fit/algorithm.ts";
import { fitInputOf } from "#engine/algorithms/fit/fit-input.ts";
import { needsAges } from "#engine/algorithms/needs-ages.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import { CHECKPOINT_KIND } from "#engine/artifact/kinds.ts";
import type { Section } from "#engine/artifact/section.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { withAges } from "#engine/data/with-ages.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { orderWithin } from "#engine/split/order-within.ts";
import type { TrainingSpec } from "#jobs/training-job.ts";
import type { OpenedArtifact } from "#storage/artifact-store.ts";
import { checkpointKey } from "#storage/keys.ts";
import type { TrainerDeps } from "../work/deps.ts";
import type { Assignment } from "../work/leased-work.ts";
import type { Work } from "../work/work.ts";
import { readState } from "./read-state.ts";

export type Slice = Assignment<TrainingSpec>;

/** What a slice leaves beside its checkpoint. */
const leftBehind = z.object({
  /** The progress that the slice began with. */
  retained: z.number(),
  /** How long it worked, milliseconds. */
  slice_ms: z.number(),
  /** Of a blend: the component that is fitted, from 0, and whether its fit has begun. Absent in checkpoints of other fits. */
  part: z.number().int().min(0).optional(),
  has_begun: z.boolean().optional(),
});
export type LeftBehind = z.infer<typeof leftBehind>;

export interface Checkpoint {
  readonly sections: readonly Section[];
  readonly left: LeftBehind;
}

/** A checkpoint of an earlier slice; its sections are not read yet. */
export interface OpenedCheckpoint {
  readonly artifact: OpenedArtifact;
  readonly left: LeftBehind;
}

/** Null where the slice is the first. */
export async function openCheckpoint(deps: TrainerDeps, slice: Slice): Promise<OpenedCheckpoint | null> {
  if (slice.checkpointKey === null) return null;
  const artifact = await deps.artifacts.open(slice.checkpointKey, CHECKPOINT_KIND);
  return { artifact, left: leftBehind.parse(artifact.header.meta) };
}

export async function storeCheckpoint(
  deps: TrainerDeps,
  { spec: { modelId, projectId }, slices }: Slice,
  { sections, left }: Checkpoint,
): Promise<string> {
  const key = checkpointKey(projectId, modelId, slices);
  const meta = { model_id: modelId, project_id: projectId, slice: slices, ...left };
  await deps.artifacts.put(key, { kind: CHECKPOINT_KIND, meta, sections });
  return key;
}

export interface FitOrder {
  readonly algorithm: AlgorithmName;
  readonly params: AlgorithmParams;
  readonly seed: number;
}

/** Begins a fit, or goes on with it from a checkpoint, which is read into the memory that the fit works on. */
export async function openTask(
  kernels: Kernels,
  dataset: Dataset,
  { algorithm, params, seed }: FitOrder,
  checkpoint: OpenedArtifact | null,
): Promise<FitTask> {
  const hasOrder = needsAges(algorithm, params);
  const { userItems } = hasOrder ? withAges(dataset) : dataset;
  const order = hasOrder ? orderWithin(dataset) : {};
  const input = fitInputOf({ userItems, features: dataset.features, ...order, kernels, seed });
  const { begin, resume, kernelSections } = algorithmOf(algorithm);
  if (!checkpoint) return begin(input, params);
  const state = await readState(checkpoint, kernels, kernelSections);
  const task = resume(input, params, state.sections);
  state.release();
  return task;
}

/**
 * How long a slice works, milliseconds. A checkpoint keeps whole pieces of work only. A slice that was too short for one piece has left
 * nothing, and the next would not either: it gets twice the time.
 */
export function sliceMsOf(deps: Pick<TrainerDeps, "sliceMs">, progress: number, before?: LeftBehind): number {
  if (!before || progress > before.retained) return deps.sliceMs;
  return 2 * Math.max(before.slice_ms, 1);
}

/** At least one step, so that a training ends however short its slices are. */
export async function workFor(
  task: FitTask,
  work: Work,
  sliceMs: number,
  progressOf: (task: FitTask) => number,
): Promise<void> {
  do {
    task.step();
    await work.breathe(progressOf(task));
  } while (!task.done && work.elapsedMs < sliceMs);
}
