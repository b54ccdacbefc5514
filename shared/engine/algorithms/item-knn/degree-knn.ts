/**
 * Degree-weighted item kNN: for i ≠ j
 *
 *   W[i, j] = d_i^−a1 · (Σ_u a_ui a_uj d_u^−b) · d_j^−a2,   score(j) = Σ_{i in profile} a_i W[i, j]
 *
 * with a = weight^weight_power and d the sums of a over a user's or an item's interactions. Of each source row the top_k
 * largest are kept, after the column's power is applied. Cosine belongs to the family (b 0, a1 = a2 = ½). So do P3alpha and
 * RP3beta on binary data (b = a1 = α, a2 = β; Christoffel et al. 2015, Paudel et al. 2017), and the linear part of graph
 * filters (b 1, a1 = a2 = ½; Shen et al. 2021). Cutting by target column instead costs much on sparse data.
 */

import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { type Algorithm, type FitInput, type FitTask, type Model, noUserRows } from "../fit/algorithm.ts";
import { keptCount, requireInteractions, requireParams } from "../fit/fit-guards.ts";
import { requireCount, requireFinite, requireSection } from "../fit/sections.ts";
import {
  addPackedRow,
  type PackedRows,
  packedColumns,
  packedEntry,
  packedSections,
  requirePackedRows,
} from "../item-matrix/packed-rows.ts";
import { inversePowers, raiseValues, rowSums, scaleValues } from "../weighting/weight-powers.ts";
import { createAmountModel } from "./amount-model.ts";
import { planDegreeKnnSearch } from "./degree-knn-search.ts";
import { PackedSimilarityFit } from "./packed-similarity-fit.ts";
import { PACKED_SIMILARITY_COST } from "./similarity-cost.ts";
import { SimilarityRows } from "./similarity-rows.ts";
import { rowRuleOf, type SimilarityWeights } from "./similarity-weights.ts";

const SETTINGS = "degree-knn.settings";
const ROWS = "degree-knn";
const MAX_ITEMS = 2 ** 31;

export const degreeKnn: Algorithm = {
  name: "DegreeKNN",
  epochs: null,
  cost: PACKED_SIMILARITY_COST,
  planSearch: planDegreeKnnSearch,
  begin: (input, params) => beginFit(input, params),
  resume: (input, params, checkpoint) => beginFit(input, params, checkpoint),
  storedUserRows: noUserRows,
  decode: (sections) => {
    const settings = requireSection(sections, SETTINGS, Float64Array, 2);
    requireFinite(SETTINGS, settings);
    const itemCount = requireCount(settings, 0, 1, MAX_ITEMS);
    const rows = requirePackedRows(sections, ROWS, itemCount, itemCount);
    return createModel(rows, settings[1] as number);
  },
};

function beginFit(input: FitInput, raw: AlgorithmParams, checkpoint?: readonly Section[]): FitTask {
  const params = requireParams("DegreeKNN", raw);
  requireInteractions(input);
  const plan = {
    *prepare() {
      return new SimilarityRows(input, yield* rowRuleOf(degreeKnnWeights(raw), input));
    },
    createModel: (rows: PackedRows) => createModel(rows, params.weight_power),
  };
  return new PackedSimilarityFit(input, plan, checkpoint);
}

/** The weights of the sums; sums of users and of items are their degrees. */
export function degreeKnnWeights(raw: AlgorithmParams): SimilarityWeights {
  const params = requireParams("DegreeKNN", raw);
  const raise = (rows: CsrMatrix) => raiseValues(rows, params.weight_power);
  return {
    topK: keptCount(params.top_k),
    sumUsers: function* (rows) {
      return [yield* rowSums(yield* raise(rows))];
    },
    sumItems: function* (rows) {
      return [yield* rowSums(yield* raise(rows))];
    },
    sourceValues: function* (rows) {
      return (yield* raise(rows)).values;
    },
    targetValues: function* (rows, firstUser, { userSums: [degrees = new Float64Array()] }) {
      const own = degrees.subarray(firstUser, firstUser + rows.rowCount);
      return yield* scaleValues(yield* raise(rows), inversePowers(own, params.b));
    },
    finishRow({ itemSums: [degrees = new Float64Array()] }) {
      const sourceFactors = inversePowers(degrees, params.a1);
      const targetFactors = inversePowers(degrees, params.a2);
      return (item, sums, touched, count) => {
        const own = sourceFactors[item] as number;
        for (let at = 0; at < count; at++) {
          const column = touched[at] as number;
          sums[column] = (sums[column] as number) * own * (targetFactors[column] as number);
        }
        // Last, so that it does not take the place of a neighbour.
        sums[item] = Number.NEGATIVE_INFINITY;
      };
    },
  };
}

/** The model of rows that were packed item by item; it may keep them. */
export function degreeKnnModel(rows: PackedRows, raw: AlgorithmParams): Model {
  return createModel(rows, requireParams("DegreeKNN", raw).weight_power);
}

function createModel(rows: PackedRows, weightPower: number): Model {
  const itemCount = rows.scales.length;
  return createAmountModel({
    algorithm: "DegreeKNN",
    itemCount,
    weightPower,
    addRow: (item, amount, out) => addPackedRow(rows, item, amount, out),
    columnsOf: (item) => [packedColumns(rows, item)],
    entry: (item, amount, column) => packedEntry(rows, item, amount, column),
    encode: (options) => [
      { name: SETTINGS, data: Float64Array.of(itemCount, weightPower) },
      ...packedSections(rows, ROWS, options),
    ],
  });
}
