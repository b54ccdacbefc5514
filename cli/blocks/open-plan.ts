/** The plans that follow the reading of a file, with what their tasks work on. */
import type { Breathe } from "#engine/data/breathe.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import type { BlockedDataset } from "#engine/scale/blocks/blocked-matrix.ts";
import { openMatrix } from "#engine/scale/blocks/stored-matrix.ts";
import { planBlockedEvaluation } from "#engine/scale/evaluate/evaluation-plan.ts";
import { fittedSections } from "#engine/scale/fit/fit-context.ts";
import { planBlockedFit } from "#engine/scale/models/blocked-fits.ts";
import type { Stage, StagedPlan } from "#engine/scale/plan/staged-plan.ts";
import { heldOutUsers, planBlockedSplit, TRAIN_ITEMS, TRAIN_USERS } from "#engine/scale/split/split-plan.ts";
import { type BlockedJob, type PlanName, planStore, storeOf } from "./job.ts";
import { openDataset } from "./stored-dataset.ts";

export interface OpenedPlan {
  readonly stages: readonly Stage[];
  runTask(stage: number, task: number): Promise<void>;
}

interface Effects {
  readonly kernels: Kernels;
  readonly breathe: Breathe;
}

/** Opens a plan when those before it have ended. Throws what the plans throw. */
export function openPlan(job: BlockedJob, name: PlanName, effects: Effects): Promise<OpenedPlan> {
  if (name === "split") return openSplit(job, effects);
  return name === "fit" ? openFit(job, effects) : openEvaluation(job, effects);
}

async function openSplit(job: BlockedJob, { breathe }: Effects): Promise<OpenedPlan> {
  const { config } = heldOutOf(job);
  const { data } = await openDataset(storeOf(job));
  const options = { config, seed: job.seed, parts: ["test"] as const };
  const plan = planBlockedSplit(data, options, job.columns.time != null);
  return withContext(plan, { data, store: planStore(job, "split"), breathe });
}

async function openFit(job: BlockedJob, { kernels, breathe }: Effects): Promise<OpenedPlan> {
  const { algorithm, params, seed } = job;
  const data = await fittedData(job);
  const plan = planBlockedFit(algorithm, data, params, seed);
  return withContext(plan, { data, store: planStore(job, "fit"), kernels, breathe });
}

/** What the fit reads: all of the data, or what the split leaves of them. */
export async function fittedData(job: BlockedJob): Promise<BlockedDataset> {
  const { data } = await openDataset(storeOf(job));
  if (job.heldOut === undefined) return data;
  const parts = planStore(job, "split");
  return {
    userItems: await openMatrix(parts, TRAIN_USERS),
    itemUsers: await openMatrix(parts, TRAIN_ITEMS),
    disliked: data.disliked,
  };
}

async function openEvaluation(job: BlockedJob, { kernels, breathe }: Effects): Promise<OpenedPlan> {
  const { cutoffs, intervals } = heldOutOf(job);
  const { userItems: seen, disliked } = await fittedData(job);
  const heldout = await openMatrix(planStore(job, "split"), heldOutUsers("test"));
  const { algorithm, seed } = job;
  const plan = planBlockedEvaluation(seen, { algorithm, cutoffs, users: null, seed, intervals });
  const modelSections = () => fittedSections(planStore(job, "fit"));
  const store = planStore(job, "evaluate");
  return withContext(plan, { seen, heldout, disliked, modelSections, store, kernels, breathe });
}

function heldOutOf({ heldOut }: BlockedJob): NonNullable<BlockedJob["heldOut"]> {
  if (heldOut === undefined) throw new RangeError("Nothing is held out of these data.");
  return heldOut;
}

function withContext<Context>(plan: StagedPlan<Context>, context: Context): OpenedPlan {
  return { stages: plan.stages, runTask: (stage, task) => plan.runTask(stage, task, context) };
}
