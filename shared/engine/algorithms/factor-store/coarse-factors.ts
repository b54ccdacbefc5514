import type { F32Buffer, I8Buffer, Kernels, U32Buffer } from "../../kernels/kernels.ts";
import { COARSE_MULTIPLE, COARSE_ZERO, LARGEST_COARSE } from "../../kernels/scoring/calls.ts";
import type { Factors } from "./factors.ts";
import { longestFirst, rankOfLength } from "./longest-first.ts";

const LARGEST_INT8 = 127;
/** The rounding of a number in 32 bits, relative to it. */
const FLOAT_STEP = 2 ** -23;
/** Numbers that one call converts: about 2 ms. */
const NUMBERS_PER_CALL = 250_000;

/** A user's vector, rounded for the coarse factors. */
export interface CoarseVector {
  readonly norm: number;
  readonly scale: number;
  /** No score of an item is farther from its estimate than this times the item's length. */
  readonly slack: number;
}

/**
 * Item factors at one byte each beside their floats, the longest first. They give an upper bound of every score that reads a quarter of
 * the memory. The vector that they are multiplied by is rounded to seven bits, so that one instruction takes sixteen products. A
 * score is at most the product of the two lengths: items behind some place need no look at all.
 */
export class CoarseFactors {
  readonly #kernels: Kernels;
  readonly #exact: Factors;
  /** Length of a row: a multiple of `COARSE_MULTIPLE`. */
  readonly #dim: number;
  readonly #values: I8Buffer;
  readonly #shifts: U32Buffer;
  readonly #scales: F32Buffer;
  /** No item's factors, whole or coarse, are longer than this. */
  readonly #lengths: F32Buffer;
  readonly #vector: I8Buffer;
  /** By item at first. */
  readonly #measured: Float32Array;
  #measuredCount = 0;
  #convertedCount = 0;
  /** The largest distance of an item's factors from their coarse form, as a share of its length. */
  #distance = 0;
  /** The item at each place. */
  #order: Uint32Array | null = null;
  #places = new Uint32Array();

  constructor(kernels: Kernels, exact: Factors) {
    const { count, dim } = exact;
    this.#kernels = kernels;
    this.#exact = exact;
    this.#dim = Math.ceil(dim / COARSE_MULTIPLE) * COARSE_MULTIPLE;
    this.#values = kernels.allocI8(count * this.#dim);
    this.#shifts = kernels.allocU32(count);
    this.#scales = kernels.allocF32(count);
    this.#lengths = kernels.allocF32(count);
    this.#vector = kernels.allocI8(this.#dim);
    this.#measured = new Float32Array(count);
  }

  get count(): number {
    return this.#exact.count;
  }

  /** Converts the next items. @returns Whether all are converted; nothing else may be asked before. */
  prepare(): boolean {
    const { count, dim } = this.#exact;
    const rows = Math.ceil(NUMBERS_PER_CALL / dim);
    if (this.#measuredCount < count) {
      const end = Math.min(count, this.#measuredCount + 2 * rows);
      for (; this.#measuredCount < end; this.#measuredCount++) this.#measure(this.#measuredCount);
      return false;
    }
    if (this.#order === null) {
      this.#order = longestFirst(this.#measured);
      this.#places = new Uint32Array(count);
      for (let place = 0; place < count; place++) this.#places[this.#order[place] as number] = place;
    }
    const end = Math.min(count, this.#convertedCount + rows);
    for (; this.#convertedCount < end; this.#convertedCount++) {
      this.#convert(this.#order[this.#convertedCount] as number, this.#convertedCount);
    }
    return end === count;
  }

  itemAt(place: number): number {
    return (this.#order as Uint32Array)[place] as number;
  }

  placeOf(item: number): number {
    return this.#places[item] as number;
  }

  /** Takes the vector of the next calls of `boundsInto`. The slack is by Cauchy and Schwarz. */
  load(vector: Float32Array): CoarseVector {
    const { dim } = this.#exact;
    let [square, largest] = [0, 0];
    for (let k = 0; k < dim; k++) {
      square += (vector[k] as number) ** 2;
      largest = Math.max(largest, Math.abs(vector[k] as number));
    }
    const norm = Math.sqrt(square);
    const scale = Math.fround(largest / LARGEST_COARSE);
    const away = this.#roundVector(vector, scale);
    const rounding = 4 * (this.#dim + 4) * FLOAT_STEP * (norm + away);
    return { norm, scale, slack: norm * this.#distance + away + rounding };
  }

  /** Bounds of the scores at some places: none is above. @param out Receives them, by place. */
  boundsInto({ scale, slack }: CoarseVector, fromRow: number, toRow: number, out: F32Buffer): void {
    this.#kernels.boundCoarseInto({
      ...{ factors: this.#values, shifts: this.#shifts, scales: this.#scales, lengths: this.#lengths },
      ...{ dim: this.#dim, fromRow, toRow, vector: this.#vector, vectorScale: scale, slack, out },
    });
  }

  /** The first place behind which no item has a score of `bar`, which is above 0. */
  endOf({ norm }: CoarseVector, bar: number): number {
    // No score is above norm · length, apart from its rounding.
    const least = rankOfLength((bar / norm) * (1 - 4 * (this.#dim + 4) * FLOAT_STEP));
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rankOfLength(this.#measured[this.itemAt(middle)] as number) >= least) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  release(): void {
    for (const buffer of [this.#values, this.#shifts, this.#scales, this.#lengths, this.#vector]) {
      buffer.free();
    }
  }

  /** @returns The distance of the vector from its rounded form. */
  #roundVector(vector: Float32Array, scale: number): number {
    const rounded = this.#vector.view.fill(COARSE_ZERO);
    let distance = 0;
    for (let k = 0; k < this.#exact.dim; k++) {
      const value = vector[k] as number;
      const near = scale > 0 ? Math.round(value / scale) : 0;
      const kept = Math.max(-LARGEST_COARSE, Math.min(LARGEST_COARSE, near));
      rounded[k] = COARSE_ZERO + kept;
      distance += (value - kept * scale) ** 2;
    }
    return Math.sqrt(distance);
  }

  #measure(item: number): void {
    const { dim, stride, buffer } = this.#exact;
    const values = buffer.view;
    const start = item * stride;
    let square = 0;
    for (let k = start; k < start + dim; k++) square += (values[k] as number) ** 2;
    this.#measured[item] = Math.sqrt(square) * (1 + 4 * FLOAT_STEP);
  }

  #convert(item: number, place: number): void {
    const { dim, stride } = this.#exact;
    const [source, values] = [this.#exact.buffer.view, this.#values.view];
    const [start, target] = [item * stride, place * this.#dim];
    let largest = 0;
    for (let k = start; k < start + dim; k++) largest = Math.max(largest, Math.abs(source[k] as number));
    const scale = Math.fround(largest / LARGEST_INT8);
    this.#scales.view[place] = scale;
    let [distance, square, sum] = [0, 0, 0];
    for (let k = 0; k < dim; k++) {
      const value = source[start + k] as number;
      const nearest = scale > 0 ? Math.round(value / scale) : 0;
      const rounded = Math.max(-LARGEST_INT8, Math.min(LARGEST_INT8, nearest));
      values[target + k] = rounded;
      sum += rounded;
      distance += (value - rounded * scale) ** 2;
      square += (rounded * scale) ** 2;
    }
    this.#shifts.view[place] = COARSE_ZERO * sum;
    const length = Math.max(
      this.#measured[item] as number,
      Math.fround(Math.sqrt(square) * (1 + 4 * FLOAT_STEP)),
    );
    this.#lengths.view[place] = length;
    if (length > 0) this.#distance = Math.max(this.#distance, Math.sqrt(distance) / length);
  }
}
