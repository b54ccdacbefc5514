import type { CsrMatrix } from "../../data/csr-matrix.ts";
import {
  type F32Buffer,
  type Kernels,
  paddedDim,
  type SparseRows,
  type U32Buffer,
} from "../../kernels/kernels.ts";
import { allocSparseRows, freeSparseRows } from "../item-matrix/row-slice.ts";

/**
 * Regressions of one item on a few others: for target j and sources N it solves (X_NᵀX_N + ridge·I) w = X_Nᵀ x_j by Cholesky. The
 * Gram matrix is built for each target from the interactions of its sources, so no matrix of all pairs of items is needed.
 */
export class LocalRidge {
  readonly #kernels: Kernels;
  readonly #ridge: number;
  readonly #itemUsers: SparseRows;
  readonly #users: U32Buffer;
  readonly #touched: U32Buffer;
  readonly #items: U32Buffer;
  readonly #gram: F32Buffer;
  readonly #vector: F32Buffer;
  #entries: U32Buffer;

  /**
   * @param itemUsers Columns of X: a row for each item.
   * @param maxSources The most sources a target may have.
   */
  constructor(kernels: Kernels, itemUsers: CsrMatrix, ridge: number, maxSources: number) {
    const stride = paddedDim(maxSources + 1);
    this.#kernels = kernels;
    this.#ridge = ridge;
    this.#itemUsers = allocSparseRows(kernels, itemUsers);
    this.#users = kernels.allocU32(itemUsers.columnCount);
    this.#touched = kernels.allocU32(itemUsers.columnCount);
    this.#items = kernels.allocU32(stride);
    this.#gram = kernels.allocF32(stride * stride);
    this.#vector = kernels.allocF32(stride);
    this.#entries = kernels.allocU32(0);
  }

  /**
   * The weights of the sources; memory of this object, overwritten by the next call.
   * @returns null when the matrix is not positive definite in f32, which a very small ridge can do.
   */
  solve(target: number, sources: ArrayLike<number>): Float32Array | null {
    const count = sources.length;
    const stride = paddedDim(count + 1);
    const items = this.#items.view;
    items.set(sources);
    // The target comes last, so that its row of the Gram matrix is the right side.
    items[count] = target;
    this.#reserve(count + 1);
    this.#gram.view.fill(0, 0, stride * stride);
    this.#kernels.addLocalGram({
      itemUsers: this.#itemUsers,
      items: this.#items,
      count: count + 1,
      stride,
      users: this.#users,
      touched: this.#touched,
      entries: this.#entries,
      gram: this.#gram,
    });
    const gram = this.#gram.view;
    const vector = this.#vector.view.fill(0, 0, stride);
    vector.set(gram.subarray(count * stride, count * stride + count));
    gram.fill(0, count * stride, stride * stride);
    for (let k = 0; k < stride; k++) {
      const at = k * (stride + 1);
      gram[at] = k < count ? (gram[at] as number) + this.#ridge : 1;
    }
    if (!this.#kernels.solveCholesky(this.#gram, stride, this.#vector)) return null;
    return vector.subarray(0, count);
  }

  free(): void {
    freeSparseRows(this.#itemUsers);
    const words = [this.#users, this.#touched, this.#items, this.#entries];
    for (const buffer of [...words, this.#gram, this.#vector]) buffer.free();
  }

  #reserve(count: number): void {
    const starts = this.#itemUsers.indptr.view;
    let length = 0;
    for (const item of this.#items.view.subarray(0, count)) {
      length += (starts[item + 1] as number) - (starts[item] as number);
    }
    if (this.#entries.length >= 2 * length) return;
    this.#entries.free();
    this.#entries = this.#kernels.allocU32(Math.ceil(2.5 * length));
  }
}
