import type { F32Buffer, Kernels } from "../../kernels/kernels.ts";
import type { Factors } from "../factor-store/factors.ts";

/** Scores some items instead of all: their factors are copied side by side, and scored as the whole matrix would be. */
export class ChosenRows {
  readonly #kernels: Kernels;
  readonly #items: Factors;
  #rows: F32Buffer | null = null;
  #scores: F32Buffer | null = null;

  constructor(kernels: Kernels, items: Factors) {
    this.#kernels = kernels;
    this.#items = items;
  }

  /** @returns A score for each of the items; the same bits as among all items, since each row is summed in the same order. */
  scoresOf(items: Uint32Array, vector: F32Buffer): Float32Array {
    const { stride, buffer } = this.#items;
    const rowCount = items.length;
    const [rows, scores] = this.#reserve(rowCount);
    const [source, target] = [buffer.view, rows.view];
    for (let at = 0; at < rowCount; at++) {
      const start = (items[at] as number) * stride;
      target.set(source.subarray(start, start + stride), at * stride);
    }
    const call = { factors: rows, dim: stride, rowCount, vectors: vector, vectorOffset: 0, vectorCount: 1 };
    this.#kernels.scoreInto({ ...call, out: scores });
    return scores.view.slice(0, rowCount);
  }

  free(): void {
    this.#rows?.free();
    this.#scores?.free();
  }

  #reserve(rowCount: number): readonly [F32Buffer, F32Buffer] {
    if (this.#rows && this.#scores && this.#scores.length >= rowCount) return [this.#rows, this.#scores];
    this.free();
    this.#rows = this.#kernels.allocF32(rowCount * this.#items.stride);
    this.#scores = this.#kernels.allocF32(rowCount);
    return [this.#rows, this.#scores];
  }
}
