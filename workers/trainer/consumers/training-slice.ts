import type { FitInput, FitTask } from "#engine/algorithms/algorithm.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import { CHECKPOINT_KIND, MODEL_KIND } from "#engine/artifact/kinds.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { transpose } from "#engine/data/transpose.ts";
import { EngineError } from "#engine/engine-error.ts";
import { modelSections } from "#engine/serve/model-artifact.ts";
import type { SliceMessage } from "#jobs/messages.ts";
import type { TrainingSpec } from "#jobs/training-job.ts";
import { checkpointKey } from "#storage/keys.ts";
import type { TrainerDeps } from "../deps.ts";
import { ClaimLost, type Work } from "../work.ts";
import { reasonOf } from "./reason.ts";

interface Slice {
  readonly spec: TrainingSpec;
  readonly slices: number;
  readonly checkpointKey: string | null;
}

/** Works on a training for one slice: ends with the stored model, or with a checkpoint that the next slice starts from. */
export async function trainingSlice(deps: TrainerDeps, message: SliceMessage): Promise<void> {
  const job = deps.training(message.modelId);
  const reply = await job.handle({ type: "claim" });
  if (reply.type !== "assignment") return;
  const { claim } = reply;
  const work = deps.work(async (progress) => {
    const answer = await job.handle({ type: "renew", claim, progress });
    return answer.type === "lease" && answer.keepOn;
  });
  try {
    const { dataset, task } = await openFit(deps, reply);
    await workFor(task, work, deps.sliceMs);
    if (task.done) {
      const bytes = await storeModel(deps, reply.spec, dataset, task);
      await job.handle({ type: "complete", claim, result: { bytes } });
    } else {
      const key = await storeCheckpoint(deps, reply, task);
      await job.handle({ type: "slice-done", claim, checkpointKey: key, progress: task.progress });
    }
  } catch (error) {
    if (error instanceof ClaimLost) return;
    const type = error instanceof EngineError && error.code === "BAD_PARAMETER" ? "refuse" : "fail";
    await job.handle({ type, claim, reason: reasonOf(error) });
  }
}

async function openFit(deps: TrainerDeps, slice: Slice): Promise<{ dataset: Dataset; task: FitTask }> {
  const { spec } = slice;
  const dataset = await deps.datasets.load(spec.datasetKey);
  const { userItems } = dataset;
  const input: FitInput = {
    userItems,
    itemUsers: transpose(userItems),
    kernels: deps.kernels(),
    seed: spec.seed,
  };
  const algorithm = algorithmOf(spec.algorithm);
  if (slice.checkpointKey === null) return { dataset, task: algorithm.begin(input, spec.params) };
  const { sections } = await deps.artifacts.get(slice.checkpointKey, CHECKPOINT_KIND);
  return { dataset, task: algorithm.resume(input, spec.params, sections) };
}

async function workFor(task: FitTask, work: Work, sliceMs: number): Promise<void> {
  while (!task.done && work.elapsedMs < sliceMs) {
    task.step();
    await work.breathe(task.progress);
  }
}

async function storeModel(
  deps: TrainerDeps,
  spec: TrainingSpec,
  dataset: Dataset,
  task: FitTask,
): Promise<number> {
  const { modelId, projectId, dataId, algorithm, params, version, artifactKey } = spec;
  const meta = { model_id: modelId, project_id: projectId, data_id: dataId, algorithm, params, version };
  const sections = modelSections(task.model(), dataset);
  return deps.artifacts.put(artifactKey, { kind: MODEL_KIND, meta, sections });
}

async function storeCheckpoint(deps: TrainerDeps, slice: Slice, task: FitTask): Promise<string> {
  const { modelId, projectId } = slice.spec;
  const key = checkpointKey(projectId, modelId, slice.slices);
  const meta = { model_id: modelId, slice: slice.slices };
  await deps.artifacts.put(key, { kind: CHECKPOINT_KIND, meta, sections: task.checkpoint() });
  return key;
}
