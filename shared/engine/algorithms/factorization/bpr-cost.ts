import { pairFilterWords } from "../../kernels/ranking/calls.ts";
import { type FitCost, sizeOf } from "../cost/fit-cost.ts";
import { passSeconds, SECONDS_PER_SAMPLE } from "../cost/rates.ts";
import { dimOf, factorBytes, storedFactorBytes, strideOf } from "./factor-cost.ts";

export const BPR_COST: FitCost = {
  /** Both sides' factors with their biases; items, users and a filter of all pairs; a score an item. */
  phases(shape, params) {
    const { users, items, interactions } = shape;
    const pairs = 8 * interactions + 4 * pairFilterWords(interactions) + 4 * users;
    return [{ js: 0, kernels: factorBytes(shape, dimOf(params) + 1) + pairs + 4 * items }];
  },
  storedBytes: storedFactorBytes,
  seconds(shape, params) {
    const samples = sizeOf(params, "train_epochs") * shape.interactions;
    return passSeconds(shape) + SECONDS_PER_SAMPLE * samples * strideOf(params);
  },
};
