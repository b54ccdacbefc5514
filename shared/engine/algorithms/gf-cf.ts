/**
 * GF-CF (Shen et al. 2021), a graph filter without training: with X = D_U^−½ A D_I^−½ and V its `n_components` strongest right
 * singular vectors,
 *
 *   s = a (XᵀX + ideal_weight · D_I^−½ V Vᵀ D_I^½)
 *
 * The first part is applied as two sparse products, by the people who share items with the profile, so the model holds the
 * interactions; the second costs items × n_components. No items × items matrix is made.
 */

import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../artifact/section.ts";
import type { CsrMatrix } from "../data/csr-matrix.ts";
import { transpose } from "../data/transpose.ts";
import { EngineError } from "../engine-error.ts";
import type { Algorithm, FitInput, FitTask, Model } from "./algorithm.ts";
import { requireInteractions, requireParams } from "./fit-guards.ts";
import { createGfCfModel, decodeGfCfModel } from "./gf-cf-model.ts";
import { LowRankSpace } from "./low-rank.ts";
import { inversePowers, powersOf, rowSums, scaleRows } from "./weight-powers.ts";

/** Turns of the subspace iteration. A wide space settles in a few; a narrow one needs more, and each costs less. */
const MIN_TURNS = 6;
const MAX_TURNS = 64;
const VECTOR_TURNS = 512;

export const gfCf: Algorithm = {
  name: "GFCF",
  begin: (input, params) => new GfCfFit(input, params),
  resume: (input, params, checkpoint) => new GfCfFit(input, params, checkpoint),
  decode: (sections, kernels) => decodeGfCfModel(sections, kernels),
};

class GfCfFit implements FitTask {
  readonly epoch = 0;
  readonly #input: FitInput;
  readonly #settings: { readonly idealWeight: number; readonly weightPower: number };
  /** X and its transpose. */
  readonly #matrix: CsrMatrix;
  readonly #transposed: CsrMatrix;
  readonly #degrees: Float64Array;
  readonly #space: LowRankSpace;

  constructor(input: FitInput, raw: AlgorithmParams, checkpoint?: readonly Section[]) {
    const params = requireParams("GFCF", raw);
    requireInteractions(input);
    const { kernels, userItems, itemUsers, seed } = input;
    this.#input = input;
    this.#settings = { idealWeight: params.ideal_weight, weightPower: params.weight_power };
    const byUser = { ...userItems, values: powersOf(userItems.values, params.weight_power) };
    this.#degrees = rowSums({ ...itemUsers, values: powersOf(itemUsers.values, params.weight_power) });
    const userFactors = inversePowers(rowSums(byUser), 0.5);
    this.#matrix = normalize(byUser, userFactors, inversePowers(this.#degrees, 0.5));
    this.#transposed = transpose(this.#matrix);
    const dim = Math.min(params.n_components, userItems.rowCount, userItems.columnCount);
    const turns = Math.max(MIN_TURNS, Math.min(MAX_TURNS, Math.ceil(VECTOR_TURNS / dim)));
    const options = { dim, turns, seed };
    this.#space = new LowRankSpace(kernels, this.#matrix, this.#transposed, options, checkpoint);
  }

  get done(): boolean {
    return this.#space.done;
  }

  get progress(): number {
    return this.#space.progress;
  }

  step(): void {
    this.#space.step();
  }

  checkpoint(): Section[] {
    return this.#space.checkpoint();
  }

  model(): Model {
    if (!this.done) throw new EngineError("UNSUPPORTED", "The fit has no model before it is done.");
    return createGfCfModel(this.#input.kernels, {
      matrix: this.#matrix,
      transposed: this.#transposed,
      degrees: this.#degrees,
      vectors: this.#space.vectors.hold(),
      ...this.#settings,
    });
  }

  dispose(): void {
    this.#space.free();
  }
}

/** Entry (r, c) times the factors of its row and its column. */
function normalize(matrix: CsrMatrix, rowFactors: Float64Array, columnFactors: Float64Array): CsrMatrix {
  const values = scaleRows(matrix, rowFactors);
  const { indices } = matrix;
  for (let at = 0; at < values.length; at++) {
    values[at] = (values[at] as number) * (columnFactors[indices[at] as number] as number);
  }
  return { ...matrix, values };
}
