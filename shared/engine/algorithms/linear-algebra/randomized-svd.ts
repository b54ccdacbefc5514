import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { type F32Buffer, type Kernels, paddedDim } from "../../kernels/kernels.ts";
import { createRandom } from "../../random.ts";
import { Factors } from "../factor-store/factors.ts";
import { takeF32 } from "../fit/kernel-section.ts";
import { requireCount, requireFinite, requireSection } from "../fit/sections.ts";
import { createRowSlice } from "../item-matrix/row-slice.ts";
import { endOfRows, multiplyByGram } from "./gram-product.ts";
import {
  gramOf,
  multiplyInto,
  orthonormalize,
  paddedRows,
  SOUND_PIVOT,
  type TallPair,
} from "./orthonormalize.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

/** Multiplications by XᵀX before the subspace is used; irspack's count. */
export const POWER_ITERATIONS = 5;
/** Least number of extra directions, in addition to the requested ones. */
const OVERSAMPLING = 10;
const FLOPS_PER_STEP = 6e7;
const ROWS_PER_STEP = 1024;
const DRAWS_PER_STEP = 400_000;
/**
 * Between two products the basis only needs to be far from dependent, as a multiplication by XᵀX does not change how good it is.
 */
const LOOSE_PIVOT = 1e-3;

const PROGRESS = "svd.progress";
/** The largest section of a checkpoint. */
export const BASIS = "svd.basis";

export interface SvdOptions {
  readonly kernels: Kernels;
  readonly matrix: CsrMatrix;
  /** Its transpose. */
  readonly transposed: CsrMatrix;
  /** Singular vectors wanted. */
  readonly dim: number;
  readonly seed: number;
  /** Multiplications by XᵀX: with more of them the last vectors are more exact, and seeds agree better. */
  readonly powerIterations: number;
}

/**
 * The leading right singular vectors of a sparse matrix, by randomised subspace iteration (Halko, Martinsson and Tropp 2011).
 * A random basis is multiplied by XᵀX and made orthonormal several times, and then rotated to the singular vectors of its image.
 * Work: about 24 entries × (dim + 16) multiply-adds. A bounded piece per step.
 */
export class RandomizedSvd {
  readonly #kernels: Kernels;
  readonly #matrix: CsrMatrix;
  readonly #transposed: CsrMatrix;
  readonly #dim: number;
  /** Number of directions, and the row length of the basis. */
  readonly #width: number;
  readonly #seed: number;
  readonly #powerIterations: number;
  #basis: TallPair;
  #iteration = 0;
  #steps: Iterator<void, void> | null = null;
  /** Finished share of the round's products. */
  #share = 0;
  #result: { vectors: Factors; singularValues: Float64Array } | null = null;

  constructor(options: SvdOptions, checkpoint?: readonly Section[]) {
    const { kernels, matrix, transposed, dim, seed, powerIterations } = options;
    const count = matrix.columnCount;
    this.#powerIterations = powerIterations;
    this.#kernels = kernels;
    this.#matrix = matrix;
    this.#transposed = transposed;
    this.#dim = dim;
    // More directions than the rank of the matrix would only be rounding errors.
    this.#width = paddedDim(Math.max(dim, Math.min(dim + OVERSAMPLING, count, matrix.rowCount)));
    this.#seed = seed;
    const resumed = checkpoint ? this.#read(checkpoint) : null;
    const length = paddedRows(count) * this.#width;
    const first = checkpoint ? takeF32(kernels, checkpoint, BASIS) : kernels.allocF32(length);
    const spare = kernels.allocF32(length);
    this.#basis = { matrix: first, spare, count, stride: this.#width };
    if (resumed !== null) this.#iteration = resumed;
  }

  get done(): boolean {
    return this.#result !== null;
  }

  get progress(): number {
    if (this.done) return 1;
    // One round draws the basis, the last one rotates it.
    return Math.min(0.99, (this.#iteration + 0.9 * this.#share) / (this.#powerIterations + 2));
  }

  step(): void {
    if (this.done) return;
    this.#steps ??= this.#round();
    if (!this.#steps.next().done) return;
    this.#steps = null;
    this.#share = 0;
    this.#iteration++;
  }

  /** State at the start of the round in progress. */
  checkpoint(): Section[] {
    return [
      { name: PROGRESS, data: Float64Array.of(this.#iteration) },
      { name: BASIS, data: this.#basis.matrix.view },
    ];
  }

  /** Right singular vectors, one row an item, and singular values, largest first. The vectors are the caller's to release. */
  takeResult(): { vectors: Factors; singularValues: Float64Array } {
    if (this.#result === null) throw new TypeError("The decomposition is not finished.");
    return this.#result;
  }

  /** Frees the memory of the iteration; the result stays. */
  dispose(): void {
    this.#steps?.return?.();
    this.#basis.matrix.free();
    this.#basis.spare.free();
  }

  #round(): Iterator<void, void> {
    if (this.#iteration === 0) return this.#draw();
    return this.#iteration <= this.#powerIterations ? this.#iterate() : this.#finish();
  }

  /** Uniform numbers: any continuous distribution is as good a start as normals, and drawing this one is ten times as fast. */
  *#draw(): Generator<void, void> {
    const random = createRandom(this.#seed);
    const { matrix, count, stride } = this.#basis;
    const length = count * stride;
    for (let at = 0; at < length; ) {
      if (at > 0) yield;
      const view = matrix.view;
      const end = Math.min(length, at + DRAWS_PER_STEP);
      for (; at < end; at++) view[at] = 2 * random.next() - 1;
    }
  }

  /** basis ← orthonormal basis of XᵀX · basis. The basis itself changes only at the very end, for the checkpoint. */
  *#iterate(): Generator<void, void> {
    const { matrix, spare: image, count, stride } = this.#basis;
    const operands = { matrix: this.#matrix, transposed: this.#transposed, basis: matrix, stride, image };
    for (this.#share of multiplyByGram(this.#kernels, operands)) yield;
    const spare = this.#kernels.allocF32(image.length);
    let isHeld = true;
    try {
      const soundPivot = this.#iteration < this.#powerIterations ? LOOSE_PIVOT : SOUND_PIVOT;
      const next = yield* orthonormalize(this.#kernels, { matrix: image, spare, count, stride }, soundPivot);
      isHeld = false;
      this.#basis = { matrix: next.matrix, spare: next.spare, count, stride };
      matrix.free();
    } finally {
      if (isHeld) spare.free();
    }
  }

  *#finish(): Generator<void, void> {
    const kernels = this.#kernels;
    const { matrix, count, stride } = this.#basis;
    const gram = new Float64Array(stride * stride);
    for (const { firstRow, rowCount, product } of this.#products(matrix)) {
      if (firstRow > 0) yield;
      const part = yield* gramOf(kernels, product, rowCount, stride);
      for (let at = 0; at < gram.length; at++) gram[at] = (gram[at] as number) + (part[at] as number);
    }
    const values = yield* symmetricEigen(gram, stride);
    const order = [...values.keys()].sort((a, b) => (values[b] as number) - (values[a] as number));
    const width = paddedDim(this.#dim);
    const rotation = new Float64Array(stride * width);
    for (let column = 0; column < this.#dim; column++) {
      const vector = (order[column] as number) * stride;
      for (let k = 0; k < stride; k++) rotation[k * width + column] = gram[vector + k] as number;
    }
    const vectors = new Factors(
      kernels,
      count,
      this.#dim,
      width,
      kernels.allocF32(paddedRows(count) * width),
    );
    try {
      yield* multiplyInto(kernels, { matrix, spare: vectors.buffer, count, stride }, rotation, width);
    } catch (cause) {
      vectors.release();
      throw cause;
    }
    const singularValues = Float64Array.from(order.slice(0, this.#dim), (at) =>
      Math.sqrt(Math.max(0, values[at] as number)),
    );
    this.#result = { vectors, singularValues };
  }

  /** X · basis, some rows at a time; the product is overwritten by the next. */
  *#products(basis: F32Buffer) {
    const { rowCount: last, values } = this.#matrix;
    const slice = createRowSlice(this.#kernels);
    const dim = this.#width;
    const product = this.#kernels.allocF32(Math.min(ROWS_PER_STEP, last) * dim);
    try {
      for (let from = 0; from < last; ) {
        const to = Math.min(from + ROWS_PER_STEP, endOfRows(this.#matrix, from, FLOPS_PER_STEP / (4 * dim)));
        slice.load(this.#matrix, values, from, to);
        const { rows } = slice;
        const rowCount = to - from;
        this.#kernels.multiplySparse({ rows, rowCount, factors: basis, dim, out: product });
        yield { rows, firstRow: from, rowCount, product };
        from = to;
        this.#share = to / last;
      }
    } finally {
      slice.free();
      product.free();
    }
  }

  /** The rounds that are done; the basis is checked. */
  #read(checkpoint: readonly Section[]): number {
    const progress = requireSection(checkpoint, PROGRESS, Float64Array, 1);
    const iteration = requireCount(progress, 0, 0, this.#powerIterations + 2);
    const length = paddedRows(this.#matrix.columnCount) * this.#width;
    const basis = requireSection(checkpoint, BASIS, Float32Array, length);
    requireFinite(BASIS, basis);
    // A finished decomposition keeps its basis: the last round is done again.
    return Math.min(iteration, this.#powerIterations + 1);
  }
}
