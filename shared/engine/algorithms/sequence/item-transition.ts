/**
 * What users took after an item: with each user's interactions in the order of their times,
 *
 *   W[i, j] = Σ_u 1 / (position of j − position of i) / N_i      where j follows i at most max_distance positions later
 *
 * and N_i the number of users who have i. Of each source row the top_k largest are kept. Interactions of the same moment have
 * no order: each direction counts half. Those without a time count nothing.
 *
 * A profile has no times, so its items count alike, whatever their weights: score(j) = Σ_{i in profile} W[i, j].
 */

import { itemTransition as definition } from "#contract/algorithms/item-transition.ts";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import type { Steps } from "../../in-steps.ts";
import { type Algorithm, type FitInput, type FitTask, type Model, noUserRows } from "../fit/algorithm.ts";
import { keptCount, requireAges, requireInteractions, requireParams } from "../fit/fit-guards.ts";
import { requireCount, requireSection } from "../fit/sections.ts";
import { createAmountModel } from "../item-knn/amount-model.ts";
import { PackedSimilarityFit } from "../item-knn/packed-similarity-fit.ts";
import {
  addPackedRow,
  type PackedRows,
  packedColumns,
  packedEntry,
  packedSections,
  requirePackedRows,
} from "../item-matrix/packed-rows.ts";
import { TRANSITION_COST } from "./transition-cost.ts";
import { TransitionRows } from "./transition-rows.ts";
import { orderByTime } from "./user-sequences.ts";

const SETTINGS = "item-transition.settings";
const ROWS = "item-transition";
const MAX_ITEMS = 2 ** 31;

export const itemTransition: Algorithm = {
  name: definition.name,
  epochs: null,
  cost: TRANSITION_COST,
  planSearch: null,
  begin: (input, params) => beginFit(input, params),
  resume: (input, params, checkpoint) => beginFit(input, params, checkpoint),
  storedUserRows: noUserRows,
  decode: (sections) => {
    const settings = requireSection(sections, SETTINGS, Float64Array, 1);
    const itemCount = requireCount(settings, 0, 1, MAX_ITEMS);
    return createModel(requirePackedRows(sections, ROWS, itemCount, itemCount));
  },
};

function beginFit(input: FitInput, raw: AlgorithmParams, checkpoint?: readonly Section[]): FitTask {
  const { top_k: topK, max_distance: maxDistance } = requireParams(definition.name, raw);
  requireInteractions(input);
  const ages = requireAges(definition.name, input.userItems);
  const plan = {
    *prepare(): Steps<TransitionRows> {
      const sequences = yield* orderByTime(input, ages);
      return new TransitionRows(input, sequences, { topK: keptCount(topK), maxDistance });
    },
    createModel,
  };
  return new PackedSimilarityFit(input, plan, checkpoint);
}

function createModel(rows: PackedRows): Model {
  const itemCount = rows.scales.length;
  return createAmountModel({
    algorithm: definition.name,
    itemCount,
    weightPower: 0,
    addRow: (item, amount, out) => addPackedRow(rows, item, amount, out),
    columnsOf: (item) => [packedColumns(rows, item)],
    entry: (item, amount, column) => packedEntry(rows, item, amount, column),
    encode: (options) => [
      { name: SETTINGS, data: Float64Array.of(itemCount) },
      ...packedSections(rows, ROWS, options),
    ],
  });
}
