import type { F32Buffer, Kernels } from "../../kernels/kernels.ts";
import { largestInt16 } from "../../kernels/scoring/calls.ts";
import type { Factors } from "./factors.ts";
import { Int8Factors } from "./int8-factors.ts";

const LARGEST_INT8 = 127;
/** The rounding of a product in 32 bits, relative to it. */
const FLOAT_STEP = 2 ** -23;
/** Numbers that one call converts: about 2 ms. */
const NUMBERS_PER_CALL = 250_000;

/**
 * Item factors at one byte each beside their floats. They give an estimate of all scores that reads a quarter of the memory, and a
 * bound on how far an estimate is from the score.
 */
export class CoarseFactors {
  readonly #exact: Factors;
  readonly #items: Int8Factors;
  #converted = 0;
  /** The largest squared distance of an item's factors from their coarse form, and the largest squared length of either. */
  #distance = 0;
  #longest = 0;

  constructor(kernels: Kernels, exact: Factors) {
    this.#exact = exact;
    this.#items = new Int8Factors(kernels, exact.count, exact.dim, exact.stride);
  }

  /** Converts the next items. @returns Whether all are converted; nothing else may be asked before. */
  prepare(): boolean {
    const { count, stride } = this.#exact;
    const end = Math.min(count, this.#converted + Math.ceil(NUMBERS_PER_CALL / stride));
    for (; this.#converted < end; this.#converted++) this.#convert(this.#converted);
    return end === count;
  }

  scoreInto(vector: F32Buffer, out: F32Buffer): void {
    this.#items.scoreInto(vector, 0, 1, out);
  }

  /** No score by this vector is farther than this from its estimate (Cauchy and Schwarz). */
  boundOf(vector: Float32Array): number {
    const { stride } = this.#items;
    let [square, largest] = [0, 0];
    for (let k = 0; k < stride; k++) {
      square += (vector[k] as number) ** 2;
      largest = Math.max(largest, Math.abs(vector[k] as number));
    }
    const [length, longest] = [Math.sqrt(square), Math.sqrt(this.#longest)];
    const rounding = 4 * (stride + 4) * FLOAT_STEP * length * longest;
    const vectorStep = largest / largestInt16(stride);
    return length * Math.sqrt(this.#distance) + vectorStep * Math.sqrt(stride) * longest + rounding;
  }

  release(): void {
    this.#items.release();
  }

  #convert(item: number): void {
    const { dim, stride } = this.#exact;
    const [source, values] = [this.#exact.buffer.view, this.#items.values.view];
    const [start, end] = [item * stride, item * stride + dim];
    let largest = 0;
    for (let k = start; k < end; k++) largest = Math.max(largest, Math.abs(source[k] as number));
    const scale = Math.fround(largest / LARGEST_INT8);
    this.#items.scales.view[item] = scale;
    let [distance, square] = [0, 0];
    for (let k = start; k < end; k++) {
      const value = source[k] as number;
      const nearest = scale > 0 ? Math.round(value / scale) : 0;
      const rounded = Math.max(-LARGEST_INT8, Math.min(LARGEST_INT8, nearest));
      values[k] = rounded;
      distance += (value - rounded * scale) ** 2;
      square += Math.max(value ** 2, (rounded * scale) ** 2);
    }
    this.#distance = Math.max(this.#distance, distance);
    this.#longest = Math.max(this.#longest, square);
  }
}
