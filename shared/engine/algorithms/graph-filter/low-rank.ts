/**
 * The space of the strongest right singular vectors of a sparse matrix X, by randomised subspace iteration (Halko, Martinsson and
 * Tropp 2011). It repeats Q ← orth(XᵀX Q) from random normals. It does not depend on the use of the space.
 *
 * Unlike `RandomizedSvd` it finds the space only, not the singular vectors in it, and needs little more than one matrix of
 * columns × dim. XᵀX Q is computed in panels of a few columns of Q, and each result replaces its panel. Cholesky of the Gram
 * matrix makes the columns orthonormal: Q stays well conditioned, as each turn only squares the ratios of singular values.
 * Vectors inside the space are in no particular order.
 */

import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import type { Steps } from "../../in-steps.ts";
import type { F32Buffer, Kernels } from "../../kernels/kernels.ts";
import { paddedDim } from "../../kernels/kernels.ts";
import { createRandom } from "../../random.ts";
import { Factors } from "../factor-store/factors.ts";
import { takeF32 } from "../fit/kernel-section.ts";
import { requireCount, requireFinite, requireSection } from "../fit/sections.ts";
import { createRowSlice, type RowSlice } from "../item-matrix/row-slice.ts";
import { endOfRows } from "../linear-algebra/gram-product.ts";
import { inverseRoot } from "../linear-algebra/orthonormalize.ts";

const PROGRESS = "low-rank.progress";
const VECTORS = "low-rank.vectors";
const PRODUCTS = "low-rank.products";
/** The largest sections of a checkpoint. */
export const LOW_RANK_SECTIONS = [VECTORS, PRODUCTS];
const ROOT = "low-rank.root";

/** Columns of Q that are multiplied together: the kernel's widest strip. */
const PANEL = 32;
/** A relative squared distance to the earlier columns; below it a column is only rounding. */
const WEAK_PIVOT = 1e-5;
/** Multiply-adds in one step: about 5 ms. A step takes at least one row. */
const FLOPS_PER_STEP = 2e7;
const DENSE_FLOPS_PER_STEP = 6e7;
const DRAWS_PER_STEP = 80_000;
const COPIES_PER_STEP = 10_000;

const PHASES = ["draw", "pick", "left", "right", "gram", "invert", "normalize"] as const;
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
  /** Some columns of Q, columns of X × PANEL, and X times them, rows of X × PANEL. */
  readonly #panel: F32Buffer;
  readonly #products: F32Buffer;
  readonly #gram: F32Buffer;
  /** Row k makes the k-th new column of Q from the old ones. */
  readonly #root: F32Buffer;
  readonly #normal: () => number;
  #inverting: Steps<void> | null = null;
  #block: F32Buffer;
  #phase: Phase = "draw";
  #turn = 0;
  /** First column of Q in the panel. */
  #column = 0;
  #row = 0;
  #isFreed = false;

  /** @param matrix X; @param transposed its transpose, with matching values. */
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
    const width = Math.min(PANEL, this.#stride);
    const openBuffer = (name: string, length: number): F32Buffer =>
      checkpoint?.some((section) => section.name === name)
        ? takeF32(kernels, checkpoint, name)
        : kernels.allocF32(length);
    const vectors = openBuffer(VECTORS, matrix.columnCount * this.#stride);
    this.#vectors = new Factors(kernels, matrix.columnCount, options.dim, this.#stride, vectors);
    this.#panel = kernels.allocF32(matrix.columnCount * width);
    this.#products = openBuffer(PRODUCTS, matrix.rowCount * width);
    this.#gram = kernels.allocF32(this.#stride ** 2);
    this.#root = kernels.allocF32(this.#stride ** 2);
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
    const isMultiplying = this.#phase === "pick" || this.#phase === "left" || this.#phase === "right";
    // Multiplying takes most of a turn.
    const share = isMultiplying ? (0.8 * this.#column) / this.#stride : 0.8;
    return (this.#turn + share) / this.#options.turns;
  }

  /** Orthonormal columns, a row for each column of X. The caller that keeps them frees them. */
  get vectors(): Factors {
    return this.#vectors;
  }

  /** Columns of Q in the panel. */
  get #width(): number {
    return Math.min(PANEL, this.#stride - this.#column);
  }

  step(): void {
    if (this.done) return;
    const { columnCount } = this.#matrix;
    if (this.#phase === "draw") this.#draw();
    else if (this.#phase === "pick") this.#pick();
    else if (this.#phase === "left")
      this.#multiply(this.#matrix, this.#panel, (from, out) => this.#keep(from, out));
    else if (this.#phase === "right")
      this.#multiply(this.#transposed, this.#products, (from, out) => this.#replace(from, out));
    else if (this.#phase === "gram") this.#addGram(columnCount);
    else if (this.#phase === "invert") this.#invert();
    else this.#normalize(columnCount);
  }

  /** When it is done, only the vectors are left. */
  checkpoint(): Section[] {
    const progress = [this.#turn, PHASES.indexOf(this.#phase), this.#column, this.#row];
    const sections = [
      { name: PROGRESS, data: Float64Array.from(progress) },
      { name: VECTORS, data: this.#vectors.state },
    ];
    if (this.done) return sections;
    return [
      ...sections,
      { name: PRODUCTS, data: this.#products.view },
      { name: ROOT, data: this.#root.view.slice() },
    ];
  }

  /** Frees all memory, except vectors that someone still holds. Idempotent. */
  free(): void {
    if (this.#isFreed) return;
    this.#isFreed = true;
    this.#vectors.release();
    this.#freeWorkspace();
  }

  #freeWorkspace(): void {
    for (const owned of [this.#panel, this.#products, this.#gram, this.#root, this.#block]) owned.free();
    this.#slice.free();
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
    if (end === columnCount) this.#enter("pick");
  }

  #pick(): void {
    const { columnCount } = this.#matrix;
    const width = this.#width;
    const end = Math.min(columnCount, this.#row + COPIES_PER_STEP);
    const [vectors, panel] = [this.#vectors.buffer.view, this.#panel.view];
    for (let row = this.#row; row < end; row++) {
      const start = row * this.#stride + this.#column;
      for (let k = 0; k < width; k++) panel[row * width + k] = vectors[start + k] as number;
    }
    this.#row = end;
    if (end === columnCount) this.#enter("left");
  }

  /** rows · factors, a few rows of the sparse matrix at a time. */
  #multiply(
    matrix: CsrMatrix,
    factors: F32Buffer,
    store: (fromRow: number, out: Float32Array) => void,
  ): void {
    const from = this.#row;
    const dim = this.#width;
    const to = endOfRows(matrix, from, FLOPS_PER_STEP / dim);
    this.#slice.load(matrix, matrix.values, from, to);
    const length = (to - from) * dim;
    const out = this.#blockOf(length);
    this.#kernels.multiplySparse({ rows: this.#slice.rows, rowCount: to - from, factors, dim, out });
    store(from, out.view.subarray(0, length));
    this.#row = to;
    if (to < matrix.rowCount) return;
    if (this.#phase === "left") this.#enter("right");
    else this.#enterNextPanel();
  }

  /** Rows of X times the panel. */
  #keep(fromRow: number, out: Float32Array): void {
    this.#products.view.set(out, fromRow * this.#width);
  }

  /** Rows of XᵀX times the panel, which replace the panel in Q. */
  #replace(fromRow: number, out: Float32Array): void {
    const width = this.#width;
    const vectors = this.#vectors.buffer.view;
    for (let at = 0, row = fromRow; at < out.length; at += width, row++) {
      const start = row * this.#stride + this.#column;
      for (let k = 0; k < width; k++) vectors[start + k] = out[at + k] as number;
    }
  }

  #addGram(columnCount: number): void {
    const dim = this.#stride;
    const fromRow = this.#row;
    const toRow = Math.min(columnCount, fromRow + Math.ceil(DENSE_FLOPS_PER_STEP / dim ** 2));
    this.#kernels.addGram({ factors: this.#vectors.buffer, dim, fromRow, toRow, gram: this.#gram });
    this.#row = toRow;
    if (toRow === columnCount) this.#enter("invert");
  }

  #invert(): void {
    this.#inverting ??= this.#findRoot();
    if (!this.#inverting.next().done) return;
    this.#inverting = null;
    this.#enter("normalize");
  }

  *#findRoot(): Steps<void> {
    const size = this.#stride;
    const { factor } = yield* inverseRoot(Float64Array.from(this.#gram.view), size, WEAK_PIVOT);
    const root = this.#root.view;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) root[j * size + i] = factor[i * size + j] as number;
    }
  }

  /** Q ← Q F: the new row's k-th value is its product with row k of the root. */
  #normalize(columnCount: number): void {
    const dim = this.#stride;
    const from = this.#row;
    const to = Math.min(columnCount, from + Math.ceil(DENSE_FLOPS_PER_STEP / dim ** 2));
    const out = this.#blockOf((to - from) * dim);
    this.#kernels.scoreInto({
      factors: this.#root,
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
    this.#enter("pick");
    // The caller's next step may need the memory.
    if (this.done) this.#freeWorkspace();
  }

  #enterNextPanel(): void {
    this.#column += this.#width;
    if (this.#column < this.#stride) {
      this.#enter("pick");
      return;
    }
    this.#column = 0;
    this.#enter("gram");
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

  #resume({ phase, turn, column, row, root }: Checkpoint): void {
    // The drawing starts again, as the generator's state is not kept.
    if (phase === "draw") return;
    this.#turn = turn;
    this.#column = column;
    if (this.done) return;
    this.#root.view.set(root);
    // Until its first result is stored, a panel is unchanged in its place; the Gram matrix is summed again.
    if (phase === "left") this.#enter("pick");
    else if (phase === "invert") this.#enter("gram");
    else this.#enter(phase);
    if (phase === "right" || phase === "normalize") this.#row = row;
  }
}

interface Checkpoint {
  readonly phase: Phase;
  readonly turn: number;
  readonly column: number;
  readonly row: number;
  readonly root: Float32Array;
}

function readCheckpoint(
  sections: readonly Section[],
  { rowCount, columnCount }: CsrMatrix,
  stride: number,
  turns: number,
): Checkpoint {
  const progress = requireSection(sections, PROGRESS, Float64Array, 4);
  const turn = requireCount(progress, 0, 0, turns);
  const width = Math.min(PANEL, stride);
  const floats = (name: string, length: number): Float32Array => {
    const data = requireSection(sections, name, Float32Array, length);
    requireFinite(name, data);
    return data;
  };
  const isDone = turn === turns;
  floats(VECTORS, columnCount * stride);
  if (!isDone) floats(PRODUCTS, rowCount * width);
  return {
    turn,
    phase: PHASES[requireCount(progress, 1, 0, PHASES.length - 1)] as Phase,
    column: requireCount(progress, 2, 0, stride - 1),
    row: requireCount(progress, 3, 0, Math.max(rowCount, columnCount)),
    root: isDone ? new Float32Array() : floats(ROOT, stride * stride),
  };
}
