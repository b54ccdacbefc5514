/**
 * Two-sided sequential neighbours. Each place e of a sequence is a target once; for the item i at another place p of it,
 *
 *   W[i, s_e] += max(e^(−(e − 1 − p) / decay), floor)        for p < e, the nearest occurrence of i alone
 *   W[i, s_e] += after_weight · max(e^(−(p − 1 − e) / decay), floor)      for p > e, the nearest occurrence alone, i ≠ s_e
 *
 * within `window` places, times e^(−age / (rows · row_recency)) where rows are in the order of time. Then rows and columns are divided by powers of their sums, and the top_k targets of each source are kept. What
 * came after an item tells less of it than what came before, and is as often known of rare items.
 *
 * Source: Edgewise; own searches on two data sets.
 */

import { twoSidedKnn as definition } from "#contract/algorithms/two-sided-knn.ts";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import { type Algorithm, type FitInput, type FitTask, noUserRows } from "../fit/algorithm.ts";
import { requireParams } from "../fit/fit-guards.ts";
import { contextCost } from "./context-cost.ts";
import { beginContextFit } from "./context-fit.ts";
import { decodeRecencyModel } from "./recency-model.ts";

const PREFIX = "two-sided-knn";

export const twoSidedKnn: Algorithm = {
  name: definition.name,
  epochs: null,
  cost: contextCost("window", 2),
  planSearch: null,
  begin: (input, params) => beginFit(input, params),
  resume: (input, params, checkpoint) => beginFit(input, params, checkpoint),
  storedUserRows: noUserRows,
  decode: (sections) => decodeRecencyModel(definition.name, PREFIX, sections),
};

function beginFit(input: FitInput, raw: AlgorithmParams, checkpoint?: readonly Section[]): FitTask {
  const params = requireParams(definition.name, raw);
  const near = decaying(params.window, params.decay, params.decay_floor);
  const around = {
    after: near,
    before: params.after_weight > 0 ? near.map((weight) => params.after_weight * weight) : new Float64Array(),
    nearestOnly: true,
  };
  return beginContextFit(input, { algorithm: definition.name, prefix: PREFIX, params, around }, checkpoint);
}

/** Weights by distance − 1, as far as they count. */
function decaying(window: number, decay: number, floor: number): Float64Array {
  const weights = Float64Array.from({ length: window }, (_, at) => Math.max(Math.exp(-at / decay), floor));
  const end = weights.findIndex((weight) => weight < LEAST_WEIGHT);
  return end < 0 ? weights : weights.slice(0, end);
}

const LEAST_WEIGHT = 1e-6;
