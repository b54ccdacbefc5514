/**
 * The space of the strongest right singular vectors of a sparse matrix X, by randomised subspace iteration (Halko, Martinsson
 * and Tropp 2011): Q ← orth(XᵀX Q) from random normals. Knows nothing of what the space is for.
 *
 * Unlike `RandomizedSvd` it finds the space only, not the singular vectors in it, and needs one matrix of columns × dim and one of
 * rows × dim: what a filter needs, where memory is scarce. Columns are made orthonormal by Cholesky of their Gram matrix: Q stays well conditioned, as each turn raises the ratios of
 * singular values to the second power only. Vectors inside the space are in no particular order.
 */

import type { Section } from "../artifact/section.ts";
import type { CsrMatrix } from "../data/csr-matrix.ts";
import type { F32Buffer, Kernels } from "../kernels/kernels.ts";
import { paddedDim } from "../kernels/kernels.ts";
import { createRandom } from "../random.ts";
import { Factors } from "./factors.ts";
import { createRowSlice, type RowSlice } from "./row-slice.ts";
import { requireCount, requireFinite, requireSection } from "./sections.ts";
import { inverseCholesky } from "./triangular.ts";

const PROGRESS = "low-rank.progress";
const VECTORS = "low-rank.vectors";
const PRODUCTS = "low-rank.products";
const INVERSE = "low-rank.inverse";

/** Multiply-adds in one step: about 5 ms. A step takes at least one row. */
const FLOPS_PER_STEP = 2e7;
const DENSE_FLOPS_PER_STEP = 6e7;
const DRAWS_PER_STEP = 80_000;

const PHASES = ["draw", "left", "right", "gram", "invert", "normalize"] as const;
type Phase = (typeof PHASES)[number];

export interface LowRankOptions {
  readonly dim: number;
  readonly turns: number;
  readonly seed: number;
}

export class LowRankSpace {
  readonly #kernels: Kernels;
  readonly #options: LowRankOptions;
  readonly #matrix: CsrMatrix;
  readonly #transposed: CsrMatrix;
  readonly #stride: number;
  readonly #slice: RowSlice;
  /** Q, columns of X × stride. */
  readonly #vectors: Factors;
  /** X Q, rows of X × stride. */
  readonly #products: F32Buffer;
  readonly #gram: F32Buffer;
  readonly #inverse: F32Buffer;
  readonly #normal: () => number;
  #block: F32Buffer;
  #phase: Phase = "draw";
  #turn = 0;
  #row = 0;
  #isFreed = false;

  /** @param matrix X; @param transposed its transpose, with values to match. */
  constructor(
    kernels: Kernels,
    matrix: CsrMatrix,
    transposed: CsrMatrix,
    options: LowRankOptions,
    checkpoint?: readonly Section[],
  ) {
    this.#kernels = kernels;
    this.#options = options;
    this.#matrix = matrix;
    this.#transposed = transposed;
    this.#stride = paddedDim(options.dim);
    const resumed = checkpoint ? readCheckpoint(checkpoint, matrix, this.#stride, options.turns) : null;
    this.#slice = createRowSlice(kernels);
    this.#vectors = new Factors(kernels, matrix.columnCount, options.dim, this.#stride);
    this.#products = kernels.allocF32(matrix.rowCount * this.#stride);
    this.#gram = kernels.allocF32(this.#stride ** 2);
    this.#inverse = kernels.allocF32(this.#stride ** 2);
    this.#block = kernels.allocF32(0);
    const random = createRandom(options.seed);
    this.#normal = () => random.normal();
    if (resumed) this.#resume(resumed);
  }

  get done(): boolean {
    return this.#turn === this.#options.turns;
  }

  get progress(): number {
    if (this.#phase === "draw") return 0;
    const share = (PHASES.indexOf(this.#phase) - 1) / (PHASES.length - 1);
    return (this.#turn + share) / this.#options.turns;
  }

  /** Orthonormal columns, a row for each column of X. Whoever keeps them holds them. */
  get vectors(): Factors {
    return this.#vectors;
  }

  step(): void {
    if (this.done) return;
    if (this.#phase === "draw") this.#draw();
    else if (this.#phase === "left")
      this.#multiply(this.#matrix, this.#vectors.buffer, this.#products, "right");
    else if (this.#phase === "right")
      this.#multiply(this.#transposed, this.#products, this.#vectors.buffer, "gram");
    else if (this.#phase === "gram") this.#addGram();
    else if (this.#phase === "invert") this.#invert();
    else this.#normalize();
  }

  checkpoint(): Section[] {
    return [
      { name: PROGRESS, data: Float64Array.of(this.#turn, PHASES.indexOf(this.#phase), this.#row) },
      { name: VECTORS, data: this.#vectors.buffer.view.slice() },
      { name: PRODUCTS, data: this.#products.view.slice() },
      { name: INVERSE, data: this.#inverse.view.slice() },
    ];
  }

  /** Gives back all memory, but for vectors that someone holds. Idempotent. */
  free(): void {
    if (this.#isFreed) return;
    this.#isFreed = true;
    this.#vectors.release();
    for (const owned of [this.#products, this.#gram, this.#inverse, this.#slice, this.#block]) owned.free();
  }

  #draw(): void {
    const { dim } = this.#options;
    const { columnCount } = this.#matrix;
    const end = Math.min(columnCount, this.#row + Math.ceil(DRAWS_PER_STEP / dim));
    const vectors = this.#vectors.buffer.view;
    for (; this.#row < end; this.#row++) {
      const start = this.#row * this.#stride;
      for (let k = start; k < start + dim; k++) vectors[k] = this.#normal();
    }
    if (end === columnCount) this.#enter("left");
  }

  /** target = rows · factors, a few rows of the sparse matrix at a time. */
  #multiply(matrix: CsrMatrix, factors: F32Buffer, target: F32Buffer, next: Phase): void {
    const from = this.#row;
    const to = endOfRows(matrix, from, FLOPS_PER_STEP / this.#stride);
    this.#slice.load(matrix, matrix.values, from, to);
    const out = this.#blockOf((to - from) * this.#stride);
    const call = { rows: this.#slice.rows, rowCount: to - from, factors, dim: this.#stride, out };
    this.#kernels.multiplySparse(call);
    target.view.set(out.view.subarray(0, (to - from) * this.#stride), from * this.#stride);
    this.#row = to;
    if (to === matrix.rowCount) this.#enter(next);
  }

  #addGram(): void {
    const dim = this.#stride;
    const { columnCount } = this.#matrix;
    const fromRow = this.#row;
    const toRow = Math.min(columnCount, fromRow + Math.ceil(DENSE_FLOPS_PER_STEP / dim ** 2));
    this.#kernels.addGram({ factors: this.#vectors.buffer, dim, fromRow, toRow, gram: this.#gram });
    this.#row = toRow;
    if (toRow === columnCount) this.#enter("invert");
  }

  #invert(): void {
    inverseCholesky(this.#gram.view, this.#stride, this.#inverse.view);
    this.#enter("normalize");
  }

  /** Q ← Q L⁻ᵀ: the new row's k-th value is its product with row k of L⁻¹. */
  #normalize(): void {
    const dim = this.#stride;
    const { columnCount } = this.#matrix;
    const from = this.#row;
    const to = Math.min(columnCount, from + Math.ceil(DENSE_FLOPS_PER_STEP / dim ** 2));
    const out = this.#blockOf((to - from) * dim);
    this.#kernels.scoreInto({
      factors: this.#inverse,
      dim,
      rowCount: dim,
      vectors: this.#vectors.buffer,
      vectorOffset: from * dim,
      vectorCount: to - from,
      out,
    });
    this.#vectors.buffer.view.set(out.view.subarray(0, (to - from) * dim), from * dim);
    this.#row = to;
    if (to < columnCount) return;
    this.#turn++;
    this.#enter("left");
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#row = 0;
    if (phase === "gram") this.#gram.view.fill(0);
  }

  #blockOf(length: number): F32Buffer {
    if (this.#block.length < length) {
      this.#block.free();
      this.#block = this.#kernels.allocF32(length);
    }
    return this.#block;
  }

  #resume({ phase, turn, row, vectors, products, inverse }: Checkpoint): void {
    // Drawing starts over, as the generator's state is not kept; so does the sum of the Gram matrix.
    if (phase === "draw") return;
    this.#phase = phase;
    this.#turn = turn;
    this.#row = phase === "gram" ? 0 : row;
    this.#vectors.buffer.view.set(vectors);
    this.#products.view.set(products);
    this.#inverse.view.set(inverse);
    if (phase === "invert") this.#enter("gram");
  }
}

interface Checkpoint {
  readonly phase: Phase;
  readonly turn: number;
  readonly row: number;
  readonly vectors: Float32Array;
  readonly products: Float32Array;
  readonly inverse: Float32Array;
}

function readCheckpoint(
  sections: readonly Section[],
  { rowCount, columnCount }: CsrMatrix,
  stride: number,
  turns: number,
): Checkpoint {
  const progress = requireSection(sections, PROGRESS, Float64Array, 3);
  const vectors = requireSection(sections, VECTORS, Float32Array, columnCount * stride);
  const products = requireSection(sections, PRODUCTS, Float32Array, rowCount * stride);
  const inverse = requireSection(sections, INVERSE, Float32Array, stride * stride);
  for (const [name, data] of [
    [VECTORS, vectors],
    [PRODUCTS, products],
    [INVERSE, inverse],
  ] as const) {
    requireFinite(name, data);
  }
  return {
    turn: requireCount(progress, 0, 0, turns),
    phase: PHASES[requireCount(progress, 1, 0, PHASES.length - 1)] as Phase,
    row: requireCount(progress, 2, 0, Math.max(rowCount, columnCount)),
    vectors,
    products,
    inverse,
  };
}

function endOfRows({ indptr, rowCount }: CsrMatrix, from: number, maxEntries: number): number {
  let row = from + 1;
  const limit = (indptr[from] as number) + maxEntries;
  // An empty row costs a little too: its products are written.
  while (row < rowCount && (indptr[row + 1] as number) + (row - from) <= limit) row++;
  return row;
}
