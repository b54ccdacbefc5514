import type { Section } from "../../artifact/section.ts";
import type { Steps } from "../../in-steps.ts";
import type { F32Buffer, Kernels } from "../../kernels/kernels.ts";
import { rowProductScratch } from "../../kernels/row-solvers/calls.ts";
import type { Factors } from "../factor-store/factors.ts";
import { requireCount, requireFinite, requireSection } from "../fit/sections.ts";
import { symmetricEigen } from "../linear-algebra/symmetric-eigen.ts";

const ROTATED = "ials.basis.rotated";
const VECTORS = "ials.basis.vectors";
const SPECTRUM = "ials.basis.spectrum";

/** Floating-point operations in one step: about 5 ms at 25 GFlop/s. */
const FLOPS_PER_STEP = 1.2e8;
const MAX_ROWS = 2 ** 33;

/**
 * The basis in which the Gram matrix of the fixed side is diagonal, and the rotation of both sides into it. The loss depends on
 * products of the two sides and on lengths: neither changes when both sides rotate together.
 */
export class PrincipalBasis {
  readonly #kernels: Kernels;
  readonly #dim: number;
  readonly #stride: number;
  /** Column k is the k-th new axis. */
  readonly #vectors: F32Buffer;
  readonly #spectrum: F32Buffer;
  readonly #scratch: F32Buffer;
  #finding: Steps<void> | null = null;
  #isFound = false;
  /** Rows of the fixed side, then of the solved side, that are rotated already. */
  #rotated = 0;

  /** @param stride Row length of factors; coordinates from `dim` on are padding and stay. */
  constructor(kernels: Kernels, dim: number, stride: number) {
    this.#kernels = kernels;
    this.#dim = dim;
    this.#stride = stride;
    this.#vectors = kernels.allocF32(stride ** 2);
    this.#spectrum = kernels.allocF32(stride);
    this.#scratch = kernels.allocF32(rowProductScratch(stride));
  }

  /** Eigenvalues of the Gram matrix, 1 for the padding. */
  get spectrum(): F32Buffer {
    return this.#spectrum;
  }

  /** Column k is the k-th new axis, stride × stride; in kernel memory. */
  get vectors(): Float32Array {
    return this.#vectors.view;
  }

  begin(): void {
    this.#finding = null;
    this.#isFound = false;
    this.#rotated = 0;
  }

  isReady(fixed: Factors, solved: Factors): boolean {
    return this.#isFound && this.#rotated === fixed.count + solved.count;
  }

  /** A bounded piece of work: first finds the eigenvectors of `gram`, then rotates the rows of both sides. */
  step(gram: F32Buffer, fixed: Factors, solved: Factors): void {
    if (this.#isFound) {
      this.#rotate(fixed, solved);
      return;
    }
    this.#finding ??= this.#find(gram);
    if (!this.#finding.next().done) return;
    this.#finding = null;
    this.#isFound = true;
  }

  /** The state once these rows are rotated. @param rotated How many, of the fixed side first. */
  turned(rotated: number): BasisCheckpoint {
    return { rotated, vectors: this.#vectors.view.slice(), spectrum: this.#spectrum.view.slice() };
  }

  /** Nothing until the basis is found: finding it starts again. */
  checkpoint(): Section[] {
    if (!this.#isFound) return [];
    return [
      { name: ROTATED, data: Float64Array.of(this.#rotated) },
      { name: VECTORS, data: this.#vectors.view.slice() },
      { name: SPECTRUM, data: this.#spectrum.view.slice() },
    ];
  }

  /** Returns to the state of a `checkpoint`. @returns False when there was no basis yet. */
  resume(basis: BasisCheckpoint | null): boolean {
    this.begin();
    if (basis === null) return false;
    this.#vectors.view.set(basis.vectors);
    this.#spectrum.view.set(basis.spectrum);
    this.#rotated = basis.rotated;
    this.#isFound = true;
    return true;
  }

  free(): void {
    for (const buffer of [this.#vectors, this.#spectrum, this.#scratch]) buffer.free();
  }

  *#find(gram: F32Buffer): Steps<void> {
    const [dim, stride] = [this.#dim, this.#stride];
    const matrix = new Float64Array(dim * dim);
    for (let row = 0; row < dim; row++) {
      matrix.set(gram.view.subarray(row * stride, row * stride + dim), row * dim);
    }
    const values = yield* symmetricEigen(matrix, dim);
    // Rounding can leave a zero eigenvalue slightly negative.
    this.#spectrum.view.fill(1).set(values.map((value) => Math.max(0, value)));
    const vectors = this.#vectors.view.fill(0);
    for (let axis = 0; axis < dim; axis++) {
      for (let k = 0; k < dim; k++) vectors[k * stride + axis] = matrix[axis * dim + k] as number;
    }
    for (let k = dim; k < stride; k++) vectors[k * stride + k] = 1;
  }

  #rotate(fixed: Factors, solved: Factors): void {
    const isFixed = this.#rotated < fixed.count;
    const side = isFixed ? fixed : solved;
    const fromRow = isFixed ? this.#rotated : this.#rotated - fixed.count;
    const most = 8 * Math.ceil(FLOPS_PER_STEP / (16 * this.#stride ** 2));
    const rowCount = Math.min(most, side.count - fromRow);
    const [dim, matrix, scratch] = [this.#stride, this.#vectors, this.#scratch];
    this.#kernels.multiplyRows({ rows: side.buffer, fromRow, rowCount, dim, matrix, scratch });
    this.#rotated += rowCount;
  }
}

export interface BasisCheckpoint {
  readonly rotated: number;
  readonly vectors: Float32Array;
  readonly spectrum: Float32Array;
}

/** What `PrincipalBasis.checkpoint` wrote; null where it wrote nothing. Throws `BAD_ARTIFACT`. */
export function readBasis(sections: readonly Section[], stride: number): BasisCheckpoint | null {
  if (!sections.some(({ name }) => name === ROTATED)) return null;
  const vectors = requireSection(sections, VECTORS, Float32Array, stride ** 2);
  const spectrum = requireSection(sections, SPECTRUM, Float32Array, stride);
  requireFinite(VECTORS, vectors);
  requireFinite(SPECTRUM, spectrum);
  const progress = requireSection(sections, ROTATED, Float64Array, 1);
  return { rotated: requireCount(progress, 0, 0, MAX_ROWS), vectors, spectrum };
}
