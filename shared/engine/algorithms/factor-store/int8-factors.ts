import type { F32Buffer, I8Buffer, I16Buffer, Kernels } from "../../kernels/kernels.ts";
import { largestInt16 } from "../../kernels/scoring/calls.ts";
import type { ItemFactors } from "./item-factors.ts";

/**
 * Item factors at one byte each in kernel memory, with one scale per item. They take a quarter of the memory of floats, and
 * scores are computed from whole numbers. The vectors they are multiplied by are rounded to 16 bits, with an error of at most 1/65,534 of their largest
 * entry.
 */
export class Int8Factors implements ItemFactors {
  readonly count: number;
  readonly dim: number;
  readonly stride: number;
  /** count × stride. */
  readonly values: I8Buffer;
  readonly scales: F32Buffer;
  readonly #kernels: Kernels;
  #vectors: I16Buffer;
  #vectorScales: F32Buffer;
  #holders = 1;

  constructor(kernels: Kernels, count: number, dim: number, stride: number) {
    this.count = count;
    this.dim = dim;
    this.stride = stride;
    this.values = kernels.allocI8(count * stride);
    this.scales = kernels.allocF32(count);
    this.#kernels = kernels;
    this.#vectors = kernels.allocI16(stride);
    this.#vectorScales = kernels.allocF32(1);
  }

  scoreInto(vectors: F32Buffer, vectorOffset: number, vectorCount: number, out: F32Buffer): void {
    const { count: rowCount, stride: dim, values: factors, scales } = this;
    this.#reserve(vectorCount);
    const [rounded, vectorScales] = [this.#vectors.view, this.#vectorScales.view];
    for (let at = 0; at < vectorCount; at++) {
      const from = vectorOffset + at * dim;
      const vector = vectors.view.subarray(from, from + dim);
      vectorScales[at] = roundInto(vector, rounded.subarray(at * dim, (at + 1) * dim));
    }
    const call = { factors, scales, dim, rowCount, vectors: this.#vectors, vectorScales: this.#vectorScales };
    this.#kernels.scoreInt8Into({ ...call, vectorCount, out });
  }

  copyRowInto(item: number, target: Float32Array, offset: number): void {
    const scale = this.scales.view[item] as number;
    const values = this.values.view;
    const start = item * this.stride;
    for (let k = 0; k < this.stride; k++) target[offset + k] = (values[start + k] as number) * scale;
  }

  dotRows(one: number, other: number): number {
    const values = this.values.view;
    let sum = 0;
    for (let k = 0; k < this.dim; k++) {
      sum += (values[one * this.stride + k] as number) * (values[other * this.stride + k] as number);
    }
    return sum * (this.scales.view[one] as number) * (this.scales.view[other] as number);
  }

  pack(): Float32Array {
    const packed = new Float32Array(this.count * this.dim);
    const row = new Float32Array(this.stride);
    for (let item = 0; item < this.count; item++) {
      this.copyRowInto(item, row, 0);
      packed.set(row.subarray(0, this.dim), item * this.dim);
    }
    return packed;
  }

  /** For one more holder, who releases them, too. */
  hold(): this {
    this.#holders++;
    return this;
  }

  release(): void {
    this.#holders--;
    if (this.#holders !== 0) return;
    for (const buffer of [this.values, this.scales, this.#vectors, this.#vectorScales]) buffer.free();
  }

  #reserve(vectorCount: number): void {
    if (this.#vectorScales.length >= vectorCount) return;
    this.#vectors.free();
    this.#vectorScales.free();
    this.#vectors = this.#kernels.allocI16(vectorCount * this.stride);
    this.#vectorScales = this.#kernels.allocF32(vectorCount);
  }
}

/** Rounds a vector to 16 bits. @returns The factor that turns the integers back. */
function roundInto(vector: Float32Array, out: Int16Array): number {
  let largest = 0;
  for (let k = 0; k < vector.length; k++) largest = Math.max(largest, Math.abs(vector[k] as number));
  const scale = Math.fround(largest / largestInt16(vector.length));
  for (let k = 0; k < vector.length; k++) out[k] = scale > 0 ? Math.round((vector[k] as number) / scale) : 0;
  return scale;
}
