import type { F32Buffer, Kernels, U32Buffer } from "../../kernels/kernels.ts";
import type { Shortlist } from "./algorithm.ts";

export interface EstimatedScores {
  /** One for each item, in kernel memory. */
  readonly estimates: F32Buffer;
  readonly itemCount: number;
  /** No score is farther than this from its estimate; 0 if they are the scores themselves. */
  readonly error: number;
  /** The exact scores of some items, where the estimates are not exact. */
  readonly exactOf?: (items: Uint32Array) => Float32Array;
}

/** Finds the best of a model's scores in kernel memory; one for each model. */
export class ScoreShortlist {
  readonly #kernels: Kernels;
  #found: U32Buffer | null = null;

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
  }

  of({ estimates, itemCount, error, exactOf }: EstimatedScores): Shortlist {
    const readEstimates = (items: Uint32Array) => {
      const { view } = estimates;
      return Float32Array.from(items, (item) => view[item] as number);
    };
    return {
      best: (count) => {
        const found = this.#reserve(Math.min(count, itemCount));
        const length = this.#kernels.topKInto(estimates, itemCount, count, found);
        const items = found.view.slice(0, length);
        const isAll = length < count || length === itemCount;
        const last = estimates.view[items[length - 1] as number] as number;
        return { items, othersAtMost: isAll ? Number.NEGATIVE_INFINITY : last + error };
      },
      above: (bar, most) => {
        const found = this.#reserve(most);
        const count = this.#kernels.collectAbove(estimates, itemCount, floatBelow(bar - error), found);
        return count > most ? null : found.view.slice(0, count);
      },
      scoresOf: exactOf ?? readEstimates,
    };
  }

  free(): void {
    this.#found?.free();
  }

  #reserve(length: number): U32Buffer {
    if (this.#found && this.#found.length >= length) return this.#found;
    this.#found?.free();
    this.#found = this.#kernels.allocU32(length);
    return this.#found;
  }
}

/** The number rounded to 32 bits, downwards. */
function floatBelow(value: number): number {
  const rounded = Math.fround(value);
  return rounded <= value ? rounded : Math.fround(rounded - Math.abs(rounded) * 2 ** -23);
}
