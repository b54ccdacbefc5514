import type { F32Buffer, Kernels, U32Buffer } from "../../kernels/kernels.ts";
import { chosenItems } from "../../rank/chosen-items.ts";
import type { Shortlist } from "../fit/algorithm.ts";
import { barOfSample } from "../fit/bar-of-sample.ts";
import { floatBelow } from "../fit/float-below.ts";
import type { CoarseFactors, CoarseVector } from "./coarse-factors.ts";

/** Places whose bounds are computed first, and the same as a share of all: the items most likely to have high scores. */
const FIRST_PLACES = 4_096;
const FIRST_SHARE = 1 / 32;

/** Bounds among these that give the first bar. */
const SAMPLE = 1_024;
const NO_ITEMS = new Uint32Array();

/** Finds the best scores by bounds of coarse factors; one for each model. */
export class CoarseShortlist {
  readonly #kernels: Kernels;
  readonly #coarse: CoarseFactors;
  /** By place. */
  readonly #bounds: F32Buffer;
  #found: U32Buffer | null = null;

  /** @param bounds Memory for one number for each item, which it shares. */
  constructor(kernels: Kernels, coarse: CoarseFactors, bounds: F32Buffer) {
    this.#kernels = kernels;
    this.#coarse = coarse;
    this.#bounds = bounds;
  }

  /** @param scoresOf The scores by the same vector. */
  of(vector: Float32Array, scoresOf: Shortlist["scoresOf"]): Shortlist {
    const coarse = this.#coarse;
    const loaded = coarse.load(vector);
    let known = 0;
    const reach = (place: number) => {
      if (place > known) coarse.boundsInto(loaded, known, place, this.#bounds);
      known = Math.max(known, place);
    };
    return {
      near: (count, isWanted) => {
        for (let end = firstEnd(coarse.count); ; end = Math.min(coarse.count, 4 * end)) {
          reach(end);
          const near = this.#near(count, end, isWanted);
          if (near.length >= count / 2 || end === coarse.count) return near;
        }
      },
      above: (bar, most) => this.#above(loaded, bar, most, reach),
      boundOf: (item) => this.#bounds.view[coarse.placeOf(item)] as number,
      scoresOf,
    };
  }

  free(): void {
    this.#found?.free();
  }

  #near(count: number, end: number, isWanted: (item: number) => boolean): Uint32Array {
    const coarse = this.#coarse;
    const isWantedAt = (place: number) => isWanted(coarse.itemAt(place));
    const bar = barOfSample(this.#bounds.view, end, count, { sample: SAMPLE, isWanted: isWantedAt });
    return bar === null ? NO_ITEMS : chosenItems(this.#collect(end, bar, end), isWanted);
  }

  #above(
    vector: CoarseVector,
    bar: number,
    most: number,
    reach: (place: number) => void,
  ): Uint32Array | null {
    const end = this.#coarse.endOf(vector, bar);
    reach(end);
    const found = this.#collect(end, bar, most + 1);
    return found.length > most ? null : found;
  }

  /** The items whose bound is `bar` or above, before a place; no more than `most`. */
  #collect(end: number, bar: number, most: number): Uint32Array {
    const found = this.#reserve(most);
    const count = this.#kernels.collectAbove(this.#bounds, end, floatBelow(bar), found);
    const items = found.view.slice(0, Math.min(count, most));
    for (let at = 0; at < items.length; at++) items[at] = this.#coarse.itemAt(items[at] as number);
    return items;
  }

  #reserve(length: number): U32Buffer {
    if (this.#found && this.#found.length >= length) return this.#found;
    this.#found?.free();
    this.#found = this.#kernels.allocU32(length);
    return this.#found;
  }
}

function firstEnd(count: number): number {
  return Math.min(count, Math.max(FIRST_PLACES, Math.ceil(count * FIRST_SHARE)));
}
