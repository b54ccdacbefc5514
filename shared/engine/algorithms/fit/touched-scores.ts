import { chosenItems } from "../../rank/chosen-items.ts";
import { scoresAt } from "../../rank/scores-at.ts";
import { topKInto } from "../../rank/top-k.ts";
import type { Shortlist } from "./algorithm.ts";

type Columns = Uint16Array | Uint32Array;

/** Scores that are sums of sparse rows: most stay 0, and a list needs a look at the others alone. */
export class TouchedScores {
  readonly #scores: Float32Array;
  readonly #isTouched: Uint8Array;
  #touched: Uint32Array;
  #count = 0;

  constructor(itemCount: number) {
    this.#scores = new Float32Array(itemCount);
    this.#isTouched = new Uint8Array(itemCount);
    this.#touched = new Uint32Array(Math.min(itemCount, 4_096));
  }

  /** Sets all scores to 0. @returns The memory of the scores, by item. */
  begin(): Float32Array {
    for (let at = 0; at < this.#count; at++) {
      const item = this.#touched[at] as number;
      this.#scores[item] = 0;
      this.#isTouched[item] = 0;
    }
    this.#count = 0;
    return this.#scores;
  }

  /** Notes items whose scores are not 0 any more. */
  touch(items: Columns): void {
    this.#reserve(this.#count + items.length);
    const [touched, isTouched] = [this.#touched, this.#isTouched];
    let count = this.#count;
    for (let at = 0; at < items.length; at++) {
      const item = items[at] as number;
      if (isTouched[item] === 1) continue;
      isTouched[item] = 1;
      touched[count++] = item;
    }
    this.#count = count;
  }

  /** Valid until the scores change. */
  shortlist(): Shortlist {
    const scores = this.#scores;
    const touched = this.#touched.subarray(0, this.#count);
    return {
      known: { scores, touched },
      near(count, isWanted) {
        const wanted = chosenItems(touched, (item) => (scores[item] as number) > 0 && isWanted(item));
        const own = scoresAt(scores, wanted);
        const best = new Uint32Array(Math.min(Math.ceil(count), wanted.length));
        topKInto(own, best.length, best);
        return best.map((at) => wanted[at] as number);
      },
      above(bar, most) {
        const found = chosenItems(touched, (item) => (scores[item] as number) >= bar);
        return found.length > most ? null : found;
      },
      boundOf: (item) => scores[item] as number,
      scoresOf: (items) => scoresAt(scores, items),
    };
  }

  #reserve(length: number): void {
    const { length: room } = this.#touched;
    if (length <= room || room === this.#scores.length) return;
    const larger = new Uint32Array(Math.min(this.#scores.length, Math.max(length, 2 * room)));
    larger.set(this.#touched.subarray(0, this.#count));
    this.#touched = larger;
  }
}
