/**
 * GF-CF (Shen et al. 2021), a graph filter without training: with X = D_U^−½ A D_I^−½ and V its `n_components` strongest right
 * singular vectors,
 *
 * s = a (XᵀX + ideal_weight · D_I^−½ V Vᵀ D_I^½)
 *
 * The first part is two sparse products, through the users who share items with the profile, so the model holds the interactions.
 * The second costs items × n_components. No items × items matrix is made.
 */

import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { EngineError } from "../../engine-error.ts";
import { finishSteps, type Steps } from "../../in-steps.ts";
import { dropFaintEntries } from "../factor-store/faint-entries.ts";
import type { Algorithm, FitInput, FitTask, Model } from "../fit/algorithm.ts";
import { type ParamsOf, requireInteractions, requireParams } from "../fit/fit-guards.ts";
import { inversePowers, raiseValues, rowSums, scaleValues } from "../weighting/weight-powers.ts";
import { GF_CF_COST, turnsFor } from "./gf-cf-cost.ts";
import { createGfCfModel, decodeGfCfModel, GF_CF_USER_ROWS } from "./gf-cf-model.ts";
import { planGfCfSearch } from "./gf-cf-search.ts";
import { LOW_RANK_SECTIONS, LowRankSpace } from "./low-rank.ts";

export const gfCf: Algorithm = {
  name: "GFCF",
  epochs: null,
  cost: GF_CF_COST,
  planSearch: planGfCfSearch,
  begin: (input, params) => new GfCfFit(input, params),
  resume: (input, params, checkpoint) => new GfCfFit(input, params, checkpoint),
  kernelSections: LOW_RANK_SECTIONS,
  decode: (sections, kernels) => decodeGfCfModel(sections, kernels),
  storedUserRows: () => [GF_CF_USER_ROWS],
};

/** X, its transpose, and the degrees of items. */
interface Graph {
  readonly matrix: CsrMatrix;
  readonly transposed: CsrMatrix;
  readonly degrees: Float64Array;
}

class GfCfFit implements FitTask {
  readonly epoch = 0;
  readonly #input: FitInput;
  readonly #params: ParamsOf<"GFCF">;
  #preparation: Steps<Graph> | null = null;
  #graph: Graph | null = null;
  #space: LowRankSpace | null = null;

  constructor(input: FitInput, raw: AlgorithmParams, checkpoint?: readonly Section[]) {
    this.#params = requireParams("GFCF", raw);
    requireInteractions(input);
    this.#input = input;
    if (checkpoint && checkpoint.length > 0)
      this.#open(finishSteps(prepare(input, this.#params)), checkpoint);
  }

  get done(): boolean {
    return this.#space?.done ?? false;
  }

  get progress(): number {
    return this.#space?.progress ?? 0;
  }

  step(): void {
    if (this.#space) {
      this.#space.step();
      return;
    }
    this.#preparation ??= prepare(this.#input, this.#params);
    const step = this.#preparation.next();
    if (step.done) this.#open(step.value);
  }

  /** Empty while the graph is being prepared, which starts again. */
  checkpoint(): Section[] {
    return this.#space?.checkpoint() ?? [];
  }

  model(): Model {
    if (!this.#graph || !this.#space?.done) {
      throw new EngineError("UNSUPPORTED", "The fit has no model before it is done.");
    }
    dropFaintEntries(this.#space.vectors);
    return createGfCfModel(this.#input.kernels, {
      ...this.#graph,
      vectors: this.#space.vectors.hold(),
      idealWeight: this.#params.ideal_weight,
      weightPower: this.#params.weight_power,
    });
  }

  dispose(): void {
    this.#space?.free();
  }

  #open(graph: Graph, checkpoint?: readonly Section[]): void {
    const { kernels, userItems, seed } = this.#input;
    const dim = Math.min(this.#params.n_components, userItems.rowCount, userItems.columnCount);
    const turns = turnsFor(dim);
    this.#graph = graph;
    this.#space = new LowRankSpace(kernels, graph.matrix, graph.transposed, { dim, turns, seed }, checkpoint);
  }
}

function* prepare({ userItems, itemUsers }: FitInput, params: ParamsOf<"GFCF">): Steps<Graph> {
  const byUser = yield* raiseValues(userItems, params.weight_power);
  const byItem = yield* raiseValues(itemUsers, params.weight_power);
  const degrees = yield* rowSums(byItem);
  const itemFactors = inversePowers(degrees, 0.5);
  const userFactors = inversePowers(yield* rowSums(byUser), 0.5);
  return {
    matrix: { ...userItems, values: yield* scaleValues(byUser, userFactors, itemFactors) },
    transposed: { ...itemUsers, values: yield* scaleValues(byItem, itemFactors, userFactors) },
    degrees,
  };
}
