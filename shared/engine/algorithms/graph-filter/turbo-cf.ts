/**
 * Turbo-CF (Park, Shin and Shin 2024), a polynomial graph filter without training: with R~ = D_U^−α A D_I^(α−1) and P = R~ᵀR~,
 * every entry raised to `power`,
 *
 * order 1 s = a P
 * order 2 s = a (2P − P²)
 * order 3 s = a (P + 0.01 (−P³ + 10 P² − 29 P))
 *
 * Of each row the top_k largest entries are kept, so P is sparse and its powers are never formed. A user's vector is multiplied
 * by P as often as the order says. P keeps its diagonal, which matters from order 2 on.
 */

import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import {
  type Algorithm,
  type EncodeOptions,
  type FitInput,
  type FitTask,
  type Model,
  noUserRows,
  type Profile,
} from "../fit/algorithm.ts";
import { linearContributionsInto } from "../fit/contributions.ts";
import { keptCount, requireInteractions, requireParams } from "../fit/fit-guards.ts";
import { requireCount, requireFinite, requireSection } from "../fit/sections.ts";
import { PackedSimilarityFit } from "../item-knn/packed-similarity-fit.ts";
import { PACKED_SIMILARITY_COST } from "../item-knn/similarity-cost.ts";
import { SimilarityRows } from "../item-knn/similarity-rows.ts";
import { rowRuleOf, type SimilarityWeights } from "../item-knn/similarity-weights.ts";
import {
  addPackedRow,
  type PackedRows,
  packedSections,
  requirePackedRows,
} from "../item-matrix/packed-rows.ts";
import { inversePowers, powersOf, raiseValues, rowSums, scaleValues } from "../weighting/weight-powers.ts";

const SETTINGS = "turbo-cf.settings";
const ROWS = "turbo-cf";
const MAX_ITEMS = 2 ** 31;

/** Coefficients of P, P² and P³ by order. */
const FILTERS: readonly (readonly number[])[] = [[], [1], [2, -1], [1 - 0.29, 0.1, -0.01]];

export const turboCf: Algorithm = {
  name: "TurboCF",
  epochs: null,
  cost: PACKED_SIMILARITY_COST,
  planSearch: null,
  begin: (input, params) => beginFit(input, params),
  resume: (input, params, checkpoint) => beginFit(input, params, checkpoint),
  storedUserRows: noUserRows,
  decode: (sections) => {
    const settings = requireSection(sections, SETTINGS, Float64Array, 3);
    requireFinite(SETTINGS, settings);
    const itemCount = requireCount(settings, 0, 1, MAX_ITEMS);
    const order = requireCount(settings, 1, 1, FILTERS.length - 1);
    const rows = requirePackedRows(sections, ROWS, itemCount, itemCount);
    return new TurboCfModel(rows, order, settings[2] as number);
  },
};

function beginFit(input: FitInput, raw: AlgorithmParams, checkpoint?: readonly Section[]): FitTask {
  const weights = turboCfWeights(raw);
  requireInteractions(input);
  const plan = {
    *prepare() {
      return new SimilarityRows(input, yield* rowRuleOf(weights, input));
    },
    createModel: (rows: PackedRows) => turboCfModel(rows, raw),
  };
  return new PackedSimilarityFit(input, plan, checkpoint);
}

/** The weights of the sums; sums of users and of items are their degrees. */
export function turboCfWeights(raw: AlgorithmParams): SimilarityWeights {
  const params = requireParams("TurboCF", raw);
  const raise = (rows: CsrMatrix) => raiseValues(rows, params.weight_power);
  return {
    topK: keptCount(params.top_k),
    keepsDiagonal: true,
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
      return yield* scaleValues(yield* raise(rows), inversePowers(own, 2 * params.alpha));
    },
    finishRow({ itemSums: [degrees = new Float64Array()] }) {
      const itemFactors = inversePowers(degrees, 1 - params.alpha);
      return (item, sums, touched, count) => {
        const own = itemFactors[item] as number;
        for (let at = 0; at < count; at++) {
          const column = touched[at] as number;
          sums[column] = ((sums[column] as number) * own * (itemFactors[column] as number)) ** params.power;
        }
      };
    },
  };
}

/** The model of rows that were packed item by item; it may keep them. */
export function turboCfModel(rows: PackedRows, raw: AlgorithmParams): Model {
  const { order, weight_power: weightPower } = requireParams("TurboCF", raw);
  return new TurboCfModel(rows, order, weightPower);
}

class TurboCfModel implements Model {
  readonly algorithm = "TurboCF";
  readonly itemCount: number;
  readonly #rows: PackedRows;
  readonly #order: number;
  readonly #weightPower: number;
  /** a Pⁿ and a Pⁿ⁺¹ in turns. */
  readonly #powers: readonly [Float32Array, Float32Array];

  constructor(rows: PackedRows, order: number, weightPower: number) {
    this.itemCount = rows.scales.length;
    this.#rows = rows;
    this.#order = order;
    this.#weightPower = weightPower;
    this.#powers = [new Float32Array(this.itemCount), new Float32Array(this.itemCount)];
  }

  scoreProfileInto({ indices, weights }: Profile, out: Float32Array): void {
    const amounts = powersOf(weights, this.#weightPower);
    const [signal] = this.#powers;
    signal.fill(0);
    for (let at = 0; at < indices.length; at++) signal[indices[at] as number] = amounts[at] as number;
    this.#filterInto(out);
  }

  scoreUserInto(_userIndex: number, profile: Profile, out: Float32Array): void {
    this.scoreProfileInto(profile, out);
  }

  similarItemsInto(itemIndex: number, out: Float32Array): void {
    const [signal] = this.#powers;
    signal.fill(0);
    signal[itemIndex] = 1;
    this.#filterInto(out);
    out[itemIndex] = 0;
  }

  contributionsInto(profile: Profile, itemIndex: number, out: Float64Array): boolean {
    return linearContributionsInto(this, profile, itemIndex, out);
  }

  encode(options?: EncodeOptions): Section[] {
    const settings = Float64Array.of(this.itemCount, this.#order, this.#weightPower);
    return [{ name: SETTINGS, data: settings }, ...packedSections(this.#rows, ROWS, options)];
  }

  dispose(): void {}

  /** The filter's result for the signal in the first of the two buffers. */
  #filterInto(out: Float32Array): void {
    out.fill(0);
    let [from, to] = this.#powers;
    for (const coefficient of FILTERS[this.#order] as readonly number[]) {
      to.fill(0);
      for (let item = 0; item < this.itemCount; item++) {
        const amount = from[item] as number;
        if (amount !== 0) addPackedRow(this.#rows, item, amount, to);
      }
      for (let item = 0; item < this.itemCount; item++) {
        out[item] = (out[item] as number) + coefficient * (to[item] as number);
      }
      [from, to] = [to, from];
    }
  }
}
