import type { F32Buffer, Kernels } from "../../kernels/kernels.ts";
import type { ItemFactors } from "./item-factors.ts";

/**
 * Factors of one side in kernel memory, rows padded to `stride`, shared by a fit and the models taken from it. They are freed when the
 * last holder has released them.
 */
export class Factors implements ItemFactors {
  readonly count: number;
  readonly dim: number;
  readonly stride: number;
  readonly buffer: F32Buffer;
  readonly #kernels: Kernels;
  #holders = 1;

  /** @param capacity Rows of the buffer; those past `count` stay zero, for kernels that take rows by four. */
  constructor(kernels: Kernels, count: number, dim: number, stride: number, capacity = count) {
    this.count = count;
    this.dim = dim;
    this.stride = stride;
    this.#kernels = kernels;
    this.buffer = kernels.allocF32(capacity * stride);
  }

  hold(): this {
    this.#holders++;
    return this;
  }

  release(): void {
    this.#holders--;
    if (this.#holders === 0) this.buffer.free();
  }

  scoreInto(vectors: F32Buffer, vectorOffset: number, vectorCount: number, out: F32Buffer): void {
    const { count: rowCount, stride: dim, buffer: factors } = this;
    this.#kernels.scoreInto({ factors, dim, rowCount, vectors, vectorOffset, vectorCount, out });
  }

  copyRowInto(row: number, target: Float32Array, offset: number): void {
    target.set(this.buffer.view.subarray(row * this.stride, (row + 1) * this.stride), offset);
  }

  /** The inner product of two rows. */
  dotRows(one: number, other: number): number {
    const { view } = this.buffer;
    let sum = 0;
    for (let k = 0; k < this.dim; k++) {
      sum += (view[one * this.stride + k] as number) * (view[other * this.stride + k] as number);
    }
    return sum;
  }

  /** A copy without padding, count × dim. */
  pack(): Float32Array {
    return packRows(this.buffer.view, this.count, this.dim, this.stride);
  }

  /** Overwrites all rows from a copy that `pack` made. */
  unpack(packed: Float32Array): void {
    unpackRows(packed, this.buffer.view, this.count, this.dim, this.stride);
  }
}

export function packRows(padded: Float32Array, count: number, dim: number, stride: number): Float32Array {
  const packed = new Float32Array(count * dim);
  for (let row = 0; row < count; row++) {
    packed.set(padded.subarray(row * stride, row * stride + dim), row * dim);
  }
  return packed;
}

/** Writes count × dim values into rows of `stride`; the padding is unchanged. */
export function unpackRows(
  packed: Float32Array,
  padded: Float32Array,
  count: number,
  dim: number,
  stride: number,
): void {
  for (let row = 0; row < count; row++) {
    padded.set(packed.subarray(row * dim, (row + 1) * dim), row * stride);
  }
}
