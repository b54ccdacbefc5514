/** The plans that the bench runs, by name: each thread makes the same ones. */
import type { Breathe } from "#engine/data/breathe.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import type { BlockedDataset } from "#engine/scale/blocks/blocked-matrix.ts";
import type { ObjectStore } from "#engine/scale/blocks/object-store.ts";
import { openMatrix } from "#engine/scale/blocks/stored-matrix.ts";
import { planBlockedEvaluation } from "#engine/scale/evaluate/evaluation-plan.ts";
import { fittedSections } from "#engine/scale/fit/fit-context.ts";
import { planBlockedFit } from "#engine/scale/models/blocked-fits.ts";
import type { Stage } from "#engine/scale/plan/staged-plan.ts";
import { heldOutUsers, planBlockedSplit, TRAIN_ITEMS, TRAIN_USERS } from "#engine/scale/split/split-plan.ts";
import { diskObjects } from "./disk-objects.ts";

const FITS = {
  IALS: { n_components: 64, train_epochs: 8 },
  DegreeKNN: { top_k: 100 },
  TruncatedSVD: { n_components: 64 },
} as const;
type FitName = keyof typeof FITS;

/** In the order in which they run: fits and evaluations read what the split leaves, evaluations what the fits leave. */
export const WORK_NAMES = [
  ...(["split", "IALS", "DegreeKNN", "TruncatedSVD"] as const),
  ...(["evaluate-IALS", "evaluate-DegreeKNN", "evaluate-TruncatedSVD"] as const),
];
export type WorkName = (typeof WORK_NAMES)[number];

const SPLIT = {
  scheme: "RG",
  heldout_ratio: 0.1,
  n_heldout: null,
  test_user_ratio: 1,
  n_test_users: null,
} as const;
const MEASURED_USERS = 10_000;
const SEED = 1;

/** How the caller watches tasks. */
export interface Watch {
  readonly kernels: Kernels;
  readonly breathe: Breathe;
  readonly store: (store: ObjectStore) => ObjectStore;
}

export interface Work {
  readonly stages: readonly Stage[];
  readonly runTask: (stage: number, task: number) => Promise<void>;
}

/** @param folder Holds the data, and a folder for each piece of work. */
export async function openWork(folder: string, name: WorkName, watch: Watch): Promise<Work> {
  if (name === "split") return openSplit(folder, watch);
  const [, fit] = name.split("evaluate-");
  return fit === undefined
    ? openFit(folder, name as FitName, watch)
    : openEvaluation(folder, fit as FitName, watch);
}

async function openSplit(folder: string, { breathe, store }: Watch): Promise<Work> {
  const data = await datasetOf(store(diskObjects(`${folder}/data`)), "users", "items");
  const plan = planBlockedSplit(data, { config: SPLIT, seed: SEED, parts: ["test"] }, false);
  const context = { data, store: store(diskObjects(`${folder}/split`)), breathe };
  return { stages: plan.stages, runTask: (stage, task) => plan.runTask(stage, task, context) };
}

async function openFit(folder: string, name: FitName, { kernels, breathe, store }: Watch): Promise<Work> {
  const data = await datasetOf(store(diskObjects(`${folder}/split`)), TRAIN_USERS, TRAIN_ITEMS);
  const plan = planBlockedFit(name, data, FITS[name], SEED);
  const context = { data, kernels, breathe, store: store(diskObjects(`${folder}/${name}`)) };
  return { stages: plan.stages, runTask: (stage, task) => plan.runTask(stage, task, context) };
}

async function openEvaluation(
  folder: string,
  fit: FitName,
  { kernels, breathe, store }: Watch,
): Promise<Work> {
  const parts = store(diskObjects(`${folder}/split`));
  const fitted = store(diskObjects(`${folder}/${fit}`));
  const context = {
    seen: await openMatrix(parts, TRAIN_USERS),
    heldout: await openMatrix(parts, heldOutUsers("test")),
    disliked: null,
    modelSections: () => fittedSections(fitted),
    store: store(diskObjects(`${folder}/evaluate-${fit}`)),
    kernels,
    breathe,
  };
  const plan = planBlockedEvaluation(context.seen, {
    algorithm: fit,
    cutoffs: [10, 20],
    users: MEASURED_USERS,
    seed: SEED,
    intervals: ["ndcg@20"],
  });
  return { stages: plan.stages, runTask: (stage, task) => plan.runTask(stage, task, context) };
}

async function datasetOf(store: ObjectStore, users: string, items: string): Promise<BlockedDataset> {
  return {
    userItems: await openMatrix(store, users),
    itemUsers: await openMatrix(store, items),
    disliked: null,
  };
}
