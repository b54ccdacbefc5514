/** The plans that the bench runs, by name: each thread makes the same ones. */
import type { Kernels } from "#engine/kernels/kernels.ts";
import { openMatrix } from "#engine/scale/blocks/stored-matrix.ts";
import type { FitContext, FitPlan } from "#engine/scale/fit/fit-context.ts";
import { planBlockedIals } from "#engine/scale/fit/ials/ials-plan.ts";
import { planBlockedKnn } from "#engine/scale/fit/item-knn/knn-plan.ts";
import { diskObjects } from "./disk-objects.ts";

export const FITS = {
  IALS: { n_components: 64, train_epochs: 8 },
  DegreeKNN: { top_k: 100 },
} as const;

export type FitName = keyof typeof FITS;

const SEED = 1;

/** @param folder Holds the data, and a folder for the work of each fit. */
export async function openFit(
  folder: string,
  name: FitName,
  kernels: Kernels,
): Promise<{ plan: FitPlan; context: FitContext }> {
  const stored = diskObjects(`${folder}/data`);
  const data = {
    userItems: await openMatrix(stored, "users"),
    itemUsers: await openMatrix(stored, "items"),
    disliked: null,
  };
  const context = { data, kernels, store: diskObjects(`${folder}/${name}`), breathe: async () => {} };
  const plan =
    name === "IALS" ? planBlockedIals(data, FITS[name], SEED) : planBlockedKnn(name, data, FITS[name]);
  return { plan, context };
}
