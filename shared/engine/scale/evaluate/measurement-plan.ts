/**
 * Fits of several configurations to the training part of a split by blocks, and the evaluation of each on its held-out part. They need
 * nothing of each other and run side by side. The figures are those of the models as they are stored and served, and those of one isolate
 * wherever the models are. (In one isolate a study measures iALS with the users that it learned; a stored model folds them in.)
 */
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { Breathe } from "../../data/breathe.ts";
import { EngineError } from "../../engine-error.ts";
import type { Resampled } from "../../evaluate/bootstrap-interval.ts";
import type { Kernels } from "../../kernels/kernels.ts";
import type { HeldOutPart } from "../../split/held-out-part.ts";
import type { BlockedDataset, BlockedMatrix } from "../blocks/blocked-matrix.ts";
import { type ObjectStore, objectsWithin } from "../blocks/object-store.ts";
import { openMatrix } from "../blocks/stored-matrix.ts";
import { type DataShape, fittedSections } from "../fit/fit-context.ts";
import { planBlockedFit } from "../models/blocked-fits.ts";
import { sideBySide, stagesWithin } from "../plan/side-by-side.ts";
import type { StagedPlan } from "../plan/staged-plan.ts";
import { type NamedStage, StagedTasks } from "../plan/staged-tasks.ts";
import { heldOutUsers, TRAIN_ITEMS, TRAIN_USERS } from "../split/split-plan.ts";
import {
  type BlockedEvaluationOptions,
  type BlockedEvaluationResult,
  evaluationResamples,
  evaluationResult,
  planBlockedEvaluation,
} from "./evaluation-plan.ts";

export interface MeasuredFit {
  readonly algorithm: AlgorithmName;
  /** With the learned `train_epochs`, which the fit runs exactly. */
  readonly params: AlgorithmParams;
  /** Of the fit. */
  readonly seed: number;
}

/** What the fits learn from and are measured on. */
export interface MeasuredParts {
  readonly train: BlockedDataset;
  /** Users × items, cut at the same users. */
  readonly heldout: BlockedMatrix;
}

export interface MeasurementContext extends MeasuredParts {
  /** Of this measurement alone. */
  readonly store: ObjectStore;
  readonly kernels: Kernels;
  readonly breathe: Breathe;
}

/** The parts that a split by blocks has left. Throws `BAD_DATA` before its end. */
export async function measuredParts(
  split: ObjectStore,
  part: HeldOutPart,
  disliked: BlockedMatrix | null,
): Promise<MeasuredParts> {
  const [userItems, itemUsers] = [await openMatrix(split, TRAIN_USERS), await openMatrix(split, TRAIN_ITEMS)];
  return { train: { userItems, itemUsers, disliked }, heldout: await openMatrix(split, heldOutUsers(part)) };
}

/** A fit that cannot be cut is left out. */
export interface MeasurementPlan extends StagedPlan<MeasurementContext> {
  /** By the places of the fits: why one is left out, null for those that are measured. */
  readonly leftOut: readonly (string | null)[];
}

/** @param shape Of the training part. Throws `BAD_PARAMETER` for bad cutoffs and parameters. */
export function planMeasurement(
  shape: DataShape,
  fits: readonly MeasuredFit[],
  options: Omit<BlockedEvaluationOptions, "algorithm">,
): MeasurementPlan {
  const planned = fits.map((fit, at) => stagesOfFit(shape, fit, at, options));
  const lanes = planned.flatMap((stages, at) => {
    const { algorithm = "" } = fits[at] ?? {};
    return typeof stages === "string" ? [] : [{ name: algorithm, stages }];
  });
  const tasks = new StagedTasks(sideBySide(lanes));
  return {
    stages: tasks.stages,
    runTask: (stage, task, context) => tasks.runTask(stage, task, context),
    leftOut: planned.map((stages) => (typeof stages === "string" ? stages : null)),
  };
}

/** The figures that a plan which has ended leaves, by the place of the fit. */
export function measuredFigures(store: ObjectStore, at: number): Promise<BlockedEvaluationResult> {
  return evaluationResult(evaluationStore(store, at));
}

/** The means of its resamples. */
export function measuredResamples(store: ObjectStore, at: number): Promise<Resampled> {
  return evaluationResamples(evaluationStore(store, at));
}

const fitStore = (store: ObjectStore, at: number) => objectsWithin(store, `${at}/fit`);
const evaluationStore = (store: ObjectStore, at: number) => objectsWithin(store, `${at}/evaluation`);

/** Its fit, then its evaluation; the reason if it cannot be cut. */
function stagesOfFit(
  shape: DataShape,
  { algorithm, params, seed }: MeasuredFit,
  at: number,
  options: Omit<BlockedEvaluationOptions, "algorithm">,
): NamedStage<MeasurementContext>[] | string {
  try {
    const fit = planBlockedFit(algorithm, shape, params, seed);
    const evaluation = planBlockedEvaluation(shape.userItems, { ...options, algorithm });
    return [
      ...stagesWithin(fit, ({ train: data, store, kernels, breathe }: MeasurementContext) => ({
        ...{ data, kernels, breathe },
        store: fitStore(store, at),
      })),
      ...stagesWithin(evaluation, ({ train, heldout, store, kernels, breathe }: MeasurementContext) => ({
        ...{ seen: train.userItems, heldout, disliked: train.disliked, kernels, breathe },
        modelSections: () => fittedSections(fitStore(store, at)),
        store: evaluationStore(store, at),
      })),
    ];
  } catch (error) {
    if (error instanceof EngineError && error.code === "UNSUPPORTED") return error.message;
    throw error;
  }
}
