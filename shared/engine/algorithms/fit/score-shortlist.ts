import type { F32Buffer, Kernels, U32Buffer } from "../../kernels/kernels.ts";
import { chosenItems } from "../../rank/chosen-items.ts";
import { scoresAt } from "../../rank/scores-at.ts";
import type { Shortlist } from "./algorithm.ts";
import { barOfSample } from "./bar-of-sample.ts";
import { floatBelow } from "./float-below.ts";

/** Scores that give the first bar. */
const SAMPLE = 4_096;
/** Of more items, a sample and the kernels find the best faster than one look at each. */
const MOST_KNOWN = 8_192;

/** Finds the best of a model's scores in kernel memory; one for each model. */
export class ScoreShortlist {
  readonly #kernels: Kernels;
  #found: U32Buffer | null = null;

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
  }

  /** @param scores One for each item, in kernel memory. */
  of(scores: F32Buffer, itemCount: number): Shortlist {
    const collect = (bar: number, most: number) => {
      const found = this.#reserve(most);
      const count = this.#kernels.collectAbove(scores, itemCount, floatBelow(bar), found);
      return count > most ? null : found.view.slice(0, count);
    };
    return {
      ...(itemCount <= MOST_KNOWN && { known: { scores: scores.view.subarray(0, itemCount) } }),
      near(count, isWanted) {
        const bar = barOfSample(scores.view, itemCount, count, { sample: SAMPLE, isWanted });
        const found = bar === null ? null : collect(bar, itemCount);
        return found ? chosenItems(found, isWanted) : new Uint32Array();
      },
      above: collect,
      boundOf: (item) => scores.view[item] as number,
      scoresOf: (items) => scoresAt(scores.view, items),
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
