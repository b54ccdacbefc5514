import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { columnsBetween, rowsBetween, rowsOf } from "../../data/row-reader.ts";
import type { F32Buffer, Kernels } from "../../kernels/kernels.ts";
import { takeF32 } from "../fit/kernel-section.ts";
import { requireCount, requireFinite, requireSection } from "../fit/sections.ts";
import { addPiece } from "./add-piece.ts";
import { multiplyByGram } from "./gram-product.ts";
import { paddedRows, type TallPair } from "./orthonormalize.ts";
import {
  basisWidth,
  drawBasis,
  gramOfProduct,
  orthonormalImage,
  rotateBasis,
  type SingularVectors,
} from "./subspace-iteration.ts";

/** Multiplications by XᵀX before the subspace is used; irspack's count. */
export const POWER_ITERATIONS = 5;
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
  /** The first row of each piece of X, and the number of rows: sums are taken piece by piece. One piece by default. */
  readonly starts?: readonly number[];
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
  readonly #starts: readonly number[];
  readonly #seed: number;
  readonly #powerIterations: number;
  #basis: TallPair;
  #iteration = 0;
  #steps: Iterator<void, void> | null = null;
  /** Finished share of the products of a round. */
  #share = 0;
  #result: SingularVectors | null = null;

  constructor(options: SvdOptions, checkpoint?: readonly Section[]) {
    const { kernels, matrix, transposed, dim, seed, powerIterations } = options;
    const starts = options.starts ?? [0, matrix.rowCount];
    const count = matrix.columnCount;
    this.#powerIterations = powerIterations;
    this.#kernels = kernels;
    this.#matrix = matrix;
    this.#transposed = transposed;
    this.#dim = dim;
    this.#width = basisWidth(dim, matrix);
    this.#starts = starts;
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
  takeResult(): SingularVectors {
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
    yield* drawBasis(this.#basis, this.#seed);
  }

  /** basis ← orthonormal basis of XᵀX · basis. The basis itself changes only at the very end, for the checkpoint. */
  *#iterate(): Generator<void, void> {
    const { matrix, spare: image, count, stride } = this.#basis;
    yield* this.#multiply(matrix, image);
    const spare = this.#kernels.allocF32(image.length);
    let isHeld = true;
    try {
      const isLast = this.#iteration === this.#powerIterations;
      const next = yield* orthonormalImage(this.#kernels, { matrix: image, spare, count, stride }, isLast);
      isHeld = false;
      this.#basis = { matrix: next.matrix, spare: next.spare, count, stride };
      matrix.free();
    } finally {
      if (isHeld) spare.free();
    }
  }

  /** image = XᵀX · basis, the sum over the pieces. */
  *#multiply(basis: F32Buffer, image: F32Buffer): Generator<void, void> {
    const kernels = this.#kernels;
    const [stride, starts] = [this.#width, this.#starts];
    const pieces = starts.length - 1;
    if (pieces === 1) {
      const [matrix, transposed] = [rowsOf(this.#matrix), rowsOf(this.#transposed)];
      const operands = { matrix, transposed, basis, stride, image };
      for (this.#share of multiplyByGram(kernels, operands)) yield;
      return;
    }
    const part = kernels.allocF32(image.length);
    image.view.fill(0);
    try {
      for (let piece = 0; piece < pieces; piece++) {
        const [from, to] = [starts[piece] as number, starts[piece + 1] as number];
        const matrix = rowsBetween(this.#matrix, from, to);
        const transposed = columnsBetween(this.#transposed, from, to);
        for (const share of multiplyByGram(kernels, { matrix, transposed, basis, stride, image: part })) {
          this.#share = (piece + share) / pieces;
          yield;
        }
        addPiece(image.view, part.view);
      }
    } finally {
      part.free();
    }
  }

  *#finish(): Generator<void, void> {
    const { matrix, count, stride } = this.#basis;
    const [gram, starts] = [new Float64Array(stride * stride), this.#starts];
    const pieces = starts.length - 1;
    for (let piece = 0; piece < pieces; piece++) {
      const rows = rowsBetween(this.#matrix, starts[piece] as number, starts[piece + 1] as number);
      const steps = gramOfProduct(this.#kernels, rows, matrix, stride);
      let step = steps.next();
      for (; !step.done; step = steps.next()) {
        this.#share = (piece + step.value) / pieces;
        yield;
      }
      addPiece(gram, step.value);
    }
    this.#result = yield* rotateBasis(this.#kernels, { matrix, count, stride }, gram, this.#dim);
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
