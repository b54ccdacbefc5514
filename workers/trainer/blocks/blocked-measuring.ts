/**
 * A measurement on data that no isolate holds: the stages of the split, then those of the fits and evaluations side by side, then one task
 * that gathers the figures. Which stages follow is known from the sizes of the blocks: of the data first, of the training part later.
 */

import type { Resampled } from "#engine/evaluate/bootstrap-interval.ts";
import { pairedDifferences } from "#engine/evaluate/paired-difference.ts";
import type { BlockedDataset } from "#engine/scale/blocks/blocked-matrix.ts";
import { type ObjectStore, objectsWithin } from "#engine/scale/blocks/object-store.ts";
import {
  type MeasuredParts,
  type MeasurementPlan,
  measuredFigures,
  measuredParts,
  measuredResamples,
  planMeasurement,
} from "#engine/scale/evaluate/measurement-plan.ts";
import type { Stage } from "#engine/scale/plan/staged-plan.ts";
import { planBlockedSplit } from "#engine/scale/split/split-plan.ts";
import type { TaskRef } from "#jobs/staged-job.ts";
import type { MeasuredOrNot, MeasuringResult, MeasuringSpec } from "#jobs/study-measuring.ts";
import { measuringPrefix, resamplesKey } from "#storage/keys.ts";
import { writeResamples } from "#storage/measured-resamples.ts";
import { taskObjects } from "../reading/task-objects.ts";
import type { TrainerDeps } from "../work/deps.ts";
import { INTERVAL_METRICS } from "../work/interval-metrics.ts";
import type { TaskOutcome } from "../work/staged-work.ts";
import type { Work } from "../work/work.ts";
import { openData } from "./blocked-training.ts";

const GATHER: Stage = { name: "gather", taskCount: 1 };

/** Runs one task. Throws `UNSUPPORTED` and `BAD_PARAMETER`, with the reason, for splits that need all data in one isolate. */
export async function runMeasuringTask(
  deps: TrainerDeps,
  spec: MeasuringSpec,
  { stage, task }: TaskRef,
  work: Work,
): Promise<TaskOutcome<MeasuringResult>> {
  const { data } = await openData(deps, spec.datasetKey);
  const split = planSplit(spec, data);
  // The first stage asks for those of the split.
  if (stage === 0) return { next: split.stages.map(named) };
  const objects = taskObjects(deps, measuringPrefix(spec.projectId, spec.jobId, spec.part));
  const stores = { split: objectsWithin(objects, "split"), fits: objectsWithin(objects, "fits") };
  const breathe = () => work.breathe();
  const ofSplit = stage - 1;
  if (ofSplit < split.stages.length) {
    await split.runTask(ofSplit, task, { data, store: stores.split, breathe });
    if (ofSplit < split.stages.length - 1) return { next: [] };
    const { plan } = await openMeasurement(deps, spec, data, stores.split);
    return { next: [...plan.stages.map(named), GATHER] };
  }
  const { plan, parts } = await openMeasurement(deps, spec, data, stores.split);
  const ofFits = ofSplit - split.stages.length;
  if (ofFits === plan.stages.length) {
    return { next: [], result: { measured: await gather(deps, spec, plan, stores.fits) } };
  }
  await deps.kernels.use((kernels) =>
    plan.runTask(ofFits, task, { ...parts, store: stores.fits, kernels, breathe }),
  );
  return { next: [] };
}

/** The winner learns from the validation part, too. */
function planSplit({ split, part, hasTimes }: MeasuringSpec, data: BlockedDataset) {
  const { seed, ...config } = split;
  const parts = part === "test" ? (["test"] as const) : (["test", "validation"] as const);
  return planBlockedSplit(data, { config, seed, parts }, hasTimes);
}

async function openMeasurement(
  { measuredUsers }: Pick<TrainerDeps, "measuredUsers">,
  { split, part, cutoff, fits }: MeasuringSpec,
  data: BlockedDataset,
  store: Parameters<typeof measuredParts>[0],
): Promise<{ readonly plan: MeasurementPlan; readonly parts: MeasuredParts }> {
  const parts = await measuredParts(store, part, data.disliked);
  const plan = planMeasurement(parts.train, fits, {
    cutoffs: [cutoff],
    users: measuredUsers,
    seed: split.seed,
    intervals: INTERVAL_METRICS.map((metric) => `${metric}@${cutoff}` as const),
  });
  return { plan, parts };
}

/** The figures of all fits. The resamples of a winner stay with its job, in the place of those of its sample, for comparisons with other jobs. */
async function gather(
  { files }: Pick<TrainerDeps, "files">,
  { projectId, jobId, part }: MeasuringSpec,
  { leftOut }: MeasurementPlan,
  store: ObjectStore,
): Promise<MeasuredOrNot[]> {
  const measured: MeasuredOrNot[] = [];
  const paired: Paired[] = [];
  for (const [at, reason] of leftOut.entries()) {
    if (reason !== null) {
      measured.push({ reason });
      continue;
    }
    const figures = await measuredFigures(store, at);
    const own = { at, metrics: figures.metrics, resampled: await measuredResamples(store, at) };
    const [first] = paired;
    const behind = first?.at === 0 ? pairedDifferences(first, own) : null;
    paired.push(own);
    measured.push({ ...figures, ...(behind && { behind }) });
  }
  if (part === "test" && paired[0]?.at === 0) {
    const kept = paired.map(({ at, resampled }) => [TOLD_APART[at], resampled]);
    await writeResamples(files, resamplesKey(projectId, jobId), Object.fromEntries(kept));
  }
  return measured;
}

interface Paired {
  /** Of the fit. */
  readonly at: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly resampled: Resampled;
}

/** What the fits of a test part are, in their order. */
const TOLD_APART = ["winner", "popularity", "serving"] as const;

function named({ name, taskCount }: Stage): Stage {
  return { name, taskCount };
}
