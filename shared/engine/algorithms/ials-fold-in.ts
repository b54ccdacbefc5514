import { conjugateGradientScratch, type F32Buffer, type Kernels } from "../kernels/kernels.ts";
import type { Profile } from "./algorithm.ts";
import type { ProfileFolder } from "./factor-model.ts";
import type { Factors } from "./factors.ts";
import { confidencesOf, FOLD_IN_CG_STEPS, type IalsLoss, ridgeOf } from "./ials-config.ts";
import { createRowSlice, type RowSlice } from "./row-slice.ts";

/** Above this a profile is solved by conjugate gradients: Cholesky's dim³ would take more than a few milliseconds. */
const MAX_CHOLESKY_STRIDE = 512;
/** Interactions whose factors are gathered at a time. */
const GATHER_ROWS = 64;

/**
 * Finds the factor vector of one person while item factors stay fixed: the user half-step of iALS for one row, solved exactly.
 *
 *   (α₀ QᵀQ + Σ c q qᵀ + λI) x = Σ c q
 */
export class FoldIn implements ProfileFolder {
  readonly #kernels: Kernels;
  readonly #config: IalsLoss;
  readonly #items: Factors;
  /** α₀ QᵀQ, stride × stride, with 1 on the diagonal of the padding so that the matrix stays positive definite. */
  readonly #gram: Float32Array;
  readonly #matrix: F32Buffer;
  readonly #vector: F32Buffer;
  readonly #gathered: F32Buffer;
  #slice: RowSlice | null = null;

  /** @param gram QᵀQ, stride × stride; read only. */
  constructor(kernels: Kernels, config: IalsLoss, items: Factors, gram: Float32Array) {
    const { dim, stride, alpha0 } = config;
    this.#kernels = kernels;
    this.#config = config;
    this.#items = items;
    this.#gram = gram.map((entry) => alpha0 * entry);
    for (let k = dim; k < stride; k++) this.#gram[k * stride + k] = 1;
    this.#matrix = kernels.allocF32(stride ** 2);
    this.#vector = kernels.allocF32(stride);
    this.#gathered = kernels.allocF32(GATHER_ROWS * stride);
  }

  /** @returns The vector, padded to stride; overwritten by the next call. Zero for an empty profile. */
  solve(profile: Profile): F32Buffer {
    this.#vector.view.fill(0);
    if (profile.indices.length === 0) return this.#vector;
    const confidences = confidencesOf(this.#config, profile.weights);
    const ridge = ridgeOf(this.#config, this.#items.count, profile.indices.length);
    const isExact =
      this.#config.stride <= MAX_CHOLESKY_STRIDE && this.#solveExactly(profile.indices, confidences, ridge);
    // Without regularisation the matrix can be singular; conjugate gradients then give the least-norm answer they reach.
    if (!isExact) this.#approximate(profile.indices, confidences, ridge);
    return this.#vector;
  }

  free(): void {
    this.#slice?.free();
    for (const buffer of [this.#matrix, this.#vector, this.#gathered]) buffer.free();
  }

  #solveExactly(indices: Uint32Array, confidences: Float32Array, ridge: number): boolean {
    const { dim, stride } = this.#config;
    const matrix = this.#matrix.view;
    matrix.set(this.#gram);
    for (let k = 0; k < dim; k++) matrix[k * stride + k] = (matrix[k * stride + k] as number) + ridge;
    for (let from = 0; from < indices.length; from += GATHER_ROWS) {
      this.#addInteractions(indices, confidences, from, Math.min(indices.length, from + GATHER_ROWS));
    }
    if (this.#kernels.solveCholesky(this.#matrix, stride, this.#vector)) return true;
    this.#vector.view.fill(0);
    return false;
  }

  /** Adds c q qᵀ to the matrix, as the Gram of rows √c q, and c q to the right-hand side. */
  #addInteractions(indices: Uint32Array, confidences: Float32Array, from: number, to: number): void {
    const { stride } = this.#config;
    const factors = this.#items.buffer.view;
    const gathered = this.#gathered.view;
    const right = this.#vector.view;
    for (let at = from; at < to; at++) {
      const confidence = confidences[at] as number;
      const root = Math.sqrt(confidence);
      const source = (indices[at] as number) * stride;
      const target = (at - from) * stride;
      for (let k = 0; k < stride; k++) {
        const factor = factors[source + k] as number;
        gathered[target + k] = root * factor;
        right[k] = (right[k] as number) + confidence * factor;
      }
    }
    const toRow = to - from;
    this.#kernels.addGram({ factors: this.#gathered, dim: stride, fromRow: 0, toRow, gram: this.#matrix });
  }

  #approximate(indices: Uint32Array, confidences: Float32Array, lambda: number): void {
    const { stride } = this.#config;
    this.#slice ??= createRowSlice(this.#kernels);
    const indptr = Uint32Array.of(0, indices.length);
    const row = { rowCount: 1, columnCount: this.#items.count, indptr, indices, values: confidences };
    this.#slice.load(row, confidences, 0, 1);
    const ridge = this.#kernels.allocF32(1);
    const scratch = this.#kernels.allocF32(conjugateGradientScratch(stride));
    ridge.view[0] = lambda;
    this.#matrix.view.set(this.#gram);
    this.#kernels.stepConjugateGradient({
      fixed: this.#items.buffer,
      solved: this.#vector,
      fromRow: 0,
      rowCount: 1,
      dim: stride,
      gram: this.#matrix,
      rows: this.#slice.rows,
      ridge,
      steps: FOLD_IN_CG_STEPS,
      scratch,
    });
    ridge.free();
    scratch.free();
  }
}
