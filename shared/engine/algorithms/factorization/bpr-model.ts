import { bpr } from "#contract/algorithms/bpr.ts";
import type { Section } from "../../artifact/section.ts";
import type { Kernels } from "../../kernels/kernels.ts";
import type { Factors } from "../factor-store/factors.ts";
import { FloatFactorSections } from "../factor-store/float-factors.ts";
import type { Model } from "../fit/algorithm.ts";
import { FactorModel } from "./factor-model.ts";
import { RidgeFolder, type ScoreLevels } from "./ridge-folder.ts";

const STORED = new FloatFactorSections("bpr");

/** @param items Factors whose last coordinate is the item's bias; that of users is 1. */
export function createBprModel(
  kernels: Kernels,
  items: Factors,
  users: Factors | null,
  levels: ScoreLevels,
): Model {
  return new FactorModel({
    algorithm: bpr.name,
    kernels,
    items,
    users,
    openFolder: () => new RidgeFolder(kernels, items, levels),
    encode: (options) => STORED.encode(items, [levels.seen, levels.unseen], options),
  });
}

/** Restores a model that `encode` wrote; it folds every user in. Throws `BAD_ARTIFACT`. */
export function decodeBprModel(sections: readonly Section[], kernels: Kernels): Model {
  // One coordinate is the bias.
  const { items, rest } = STORED.decode(sections, kernels, { restCount: 2, minDim: 2 });
  const [seen = 0, unseen = 0] = rest;
  return createBprModel(kernels, items, null, { seen, unseen });
}
