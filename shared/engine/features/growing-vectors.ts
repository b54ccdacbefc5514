import { roundToBytes, type VectorRows } from "../data/vector-rows.ts";
import { copiedTo } from "./copied-to.ts";

/** Vectors of rows that come one after another, in arrays that double when they are full. */
export class GrowingVectors {
  readonly #widths: readonly number[];
  readonly #dim: number;
  #rowCount = 0;
  #values: Int8Array<ArrayBuffer>;
  #scales = new Float32Array(256);

  constructor(widths: readonly number[]) {
    this.#widths = widths;
    this.#dim = widths.reduce((sum, width) => sum + width, 0);
    this.#values = new Int8Array(256 * this.#dim);
  }

  /** @param vector Length of all widths together; undefined for a row without one. */
  add(vector: Float32Array | undefined): void {
    const row = this.#rowCount++;
    if (row === this.#scales.length) {
      this.#values = copiedTo(new Int8Array(2 * this.#values.length), this.#values);
      this.#scales = copiedTo(new Float32Array(2 * row), this.#scales);
    }
    if (!vector) return;
    const start = row * this.#dim;
    this.#scales[row] = roundToBytes(vector, this.#values.subarray(start, start + this.#dim));
  }

  finish(): VectorRows {
    return {
      widths: this.#widths,
      dim: this.#dim,
      values: this.#values.slice(0, this.#rowCount * this.#dim),
      scales: this.#scales.slice(0, this.#rowCount),
    };
  }
}
