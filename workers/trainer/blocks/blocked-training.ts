/** Training with data that no isolate holds: the stages of the fit, then those of the model's artifact, then its storing. */
import type { WorkEstimate } from "#contract/work.ts";
import { requireFiniteSections } from "#engine/algorithms/fit/finite-fit.ts";
import { DATASET_KIND } from "#engine/artifact/kinds.ts";
import { datasetIds, isIdOfDataset } from "#engine/data/dataset-artifact.ts";
import type { IdMap } from "#engine/data/id-map.ts";
import {
  type ArtifactContext,
  blockedArtifact,
  planBlockedArtifact,
} from "#engine/scale/artifact/artifact-plan.ts";
import type { BlockedDataset } from "#engine/scale/blocks/blocked-matrix.ts";
import { blockedDatasetOf } from "#engine/scale/blocks/dataset-blocks.ts";
import { estimateStages, workEstimateOf } from "#engine/scale/estimate/stages-estimate.ts";
import { trainingStagesOf } from "#engine/scale/estimate/training-stages.ts";
import { type FitPlan, finishBreathing, fittedSections } from "#engine/scale/fit/fit-context.ts";
import { blockedFitRefusal, planBlockedFit } from "#engine/scale/models/blocked-fits.ts";
import type { Stage, StagedPlan } from "#engine/scale/plan/staged-plan.ts";
import { modelFeatureSections } from "#engine/serve/model-features.ts";
import type { FitRefusal } from "#engine/tune/plan/fitting-ranges.ts";
import type { TaskRef } from "#jobs/staged-job.ts";
import type { StudySpec } from "#jobs/study-job.ts";
import type { TrainingResult, TrainingSpec } from "#jobs/training-job.ts";
import { sha256 } from "#storage/artifact-signing.ts";
import type { OpenedArtifact } from "#storage/artifact-store.ts";
import { fitPrefix } from "#storage/keys.ts";
import { breathing } from "../reading/breathing.ts";
import { taskObjects } from "../reading/task-objects.ts";
import type { TrainerDeps } from "../work/deps.ts";
import { modelMeta } from "../work/model-meta.ts";
import type { TaskOutcome } from "../work/staged-work.ts";
import type { Work } from "../work/work.ts";

interface Opened {
  readonly dataset: OpenedArtifact;
  readonly data: BlockedDataset;
  readonly fit: FitPlan;
}

/** All stages of a training, and what they take. Throws what `planBlockedFit` throws. */
export async function cutTraining(
  deps: TrainerDeps,
  spec: TrainingSpec,
): Promise<{ readonly stages: readonly Stage[]; readonly estimate: WorkEstimate }> {
  const opened = await open(deps, spec);
  const artifact = await planArtifact(opened);
  const planned = trainingStagesOf(opened.data.userItems, opened.fit.stages, artifact.stages);
  return {
    stages: planned.map(({ name, taskCount }) => ({ name, taskCount })),
    estimate: workEstimateOf(estimateStages(planned)),
  };
}

/** Runs one task of the stages. */
export async function runTrainingTask(
  deps: TrainerDeps,
  spec: TrainingSpec,
  { stage, task }: TaskRef,
  work: Work,
): Promise<TaskOutcome<TrainingResult>> {
  const opened = await open(deps, spec);
  const { fit, data } = opened;
  const store = taskObjects(deps, `${fitPrefix(spec.projectId, spec.modelId)}fit/`);
  if (stage < fit.stages.length) {
    await deps.kernels.use((kernels) =>
      fit.runTask(stage, task, { data, store, kernels, breathe: () => work.breathe() }),
    );
    return { next: [] };
  }
  const artifact = await planArtifact(opened);
  const later = stage - fit.stages.length;
  if (later === artifact.stages.length)
    return { next: [], result: { bytes: await storeModel(deps, spec, work) } };
  await artifact.runTask(later, task, artifactContext(deps, spec, opened, work));
  return { next: [] };
}

/** Why the winner of a study could not be trained on all of its data, by algorithm and settings. */
export async function refusalOnAllData(
  deps: Pick<TrainerDeps, "artifacts">,
  { datasetKey }: Pick<StudySpec, "datasetKey">,
): Promise<FitRefusal> {
  const { data } = await openData(deps, datasetKey);
  return (algorithm, params) => blockedFitRefusal(algorithm, data, params);
}

async function open(
  deps: TrainerDeps,
  { datasetKey, algorithm, params, seed }: TrainingSpec,
): Promise<Opened> {
  const { dataset, data } = await openData(deps, datasetKey);
  return { dataset, data, fit: planBlockedFit(algorithm, data, params, seed) };
}

/** A dataset as blocks, read by range. */
export async function openData({ artifacts }: Pick<TrainerDeps, "artifacts">, datasetKey: string) {
  const dataset = await artifacts.open(datasetKey, DATASET_KIND);
  const data = await blockedDatasetOf({
    entries: dataset.header.sections,
    read: (names) => dataset.readSome((name) => names.includes(name)),
  });
  return { dataset, data };
}

async function planArtifact({ dataset, data }: Opened): Promise<StagedPlan<ArtifactContext>> {
  return planBlockedArtifact(data, { users: await idsIn(dataset, "user") });
}

async function idsIn(dataset: OpenedArtifact, about: "item" | "user"): Promise<IdMap> {
  return datasetIds(await dataset.readSome(isIdOfDataset), about);
}

function artifactContext(
  deps: TrainerDeps,
  spec: TrainingSpec,
  { dataset, data }: Opened,
  work: Work,
): ArtifactContext {
  const prefix = fitPrefix(spec.projectId, spec.modelId);
  const breathe = () => work.breathe();
  return {
    data,
    users: () => idsIn(dataset, "user"),
    items: () => idsIn(dataset, "item"),
    async modelSections() {
      const tables = await deps.datasets.tables(spec);
      const own = await fittedSections(taskObjects(deps, `${prefix}fit/`));
      await finishBreathing(requireFiniteSections(spec.algorithm, own), breathe);
      return [...(tables ? modelFeatureSections(tables) : []), ...own];
    },
    store: taskObjects(deps, `${prefix}artifact/`),
    digest: sha256,
    breathe,
  };
}

/** @returns The size of the model. */
function storeModel(deps: TrainerDeps, spec: TrainingSpec, work: Work): Promise<number> {
  const store = taskObjects(deps, `${fitPrefix(spec.projectId, spec.modelId)}artifact/`);
  const meta = modelMeta(spec);
  return deps.artifacts.putMade(spec.artifactKey, meta, async (signer) =>
    breathing(await blockedArtifact(store, meta, signer), () => work.breathe()),
  );
}
