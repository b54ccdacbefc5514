/** Reads weights, and describes a column of them. */

import { decimalOf } from "../decimal.ts";

/** Sums of squares of weights up to here, over millions of rows, stay within float32 in every algorithm. */
export const MAX_WEIGHT = 1e7;
/** Squares of smaller weights vanish in float32. */
export const MIN_WEIGHT = 1e-12;
/** If more than this share of the rows (and more than one row) exceeds the largest weight, the whole column is unusable. */
const TOO_LARGE_SHARE = 0.01;

/** The number in a cell, or NaN. Empty text is not a number. */
export function parseNumber(cell: unknown): number {
  if (typeof cell === "string") return decimalOf(cell);
  return typeof cell === "number" ? cell : Number.NaN;
}

/** The problem of a weight, or null. Zero or below is a dislike, which is not a problem. */
export function weightProblem(weight: number): string | null {
  if (!Number.isFinite(weight)) return "has a weight that is not a number";
  if (Math.abs(weight) > MAX_WEIGHT) return `has a weight beyond ${MAX_WEIGHT.toLocaleString("en")}`;
  if (weight > 0 && weight < MIN_WEIGHT) return `has a weight too close to 0 (below ${MIN_WEIGHT})`;
  return null;
}

/** A `WeightRange` as plain data. */
export interface WeightRangeState {
  readonly count: number;
  readonly positiveCount: number;
  readonly tooLargeCount: number;
  /** Null without numbers. */
  readonly least: number | null;
  readonly most: number | null;
}

/** Statistics of a weight column. */
export class WeightRange {
  #count = 0;
  #positiveCount = 0;
  #tooLargeCount = 0;
  #least = Number.POSITIVE_INFINITY;
  #most = Number.NEGATIVE_INFINITY;

  /** Counts a number of the column; ignores NaN and infinities. */
  add(value: number): void {
    if (!Number.isFinite(value)) return;
    this.#count++;
    if (value > 0) this.#positiveCount++;
    if (Math.abs(value) > MAX_WEIGHT) this.#tooLargeCount++;
    if (value < this.#least) this.#least = value;
    if (value > this.#most) this.#most = value;
  }

  /** The range of several columns together. */
  static merged(states: readonly WeightRangeState[]): WeightRange {
    const range = new WeightRange();
    for (const { count, positiveCount, tooLargeCount, least, most } of states) {
      range.#count += count;
      range.#positiveCount += positiveCount;
      range.#tooLargeCount += tooLargeCount;
      if (least !== null) range.#least = Math.min(range.#least, least);
      if (most !== null) range.#most = Math.max(range.#most, most);
    }
    return range;
  }

  state(): WeightRangeState {
    const isEmpty = this.#count === 0;
    return {
      count: this.#count,
      positiveCount: this.#positiveCount,
      tooLargeCount: this.#tooLargeCount,
      least: isEmpty ? null : this.#least,
      most: isEmpty ? null : this.#most,
    };
  }

  /** Why the column is unusable, with its range; null when it is usable. */
  problem(column: string): string | null {
    if (this.#count === 0) return null;
    const range = `The weights in column "${column}" range from ${this.#least} to ${this.#most}.`;
    if (this.#tooLargeCount > Math.max(1, TOO_LARGE_SHARE * this.#count)) {
      const most = MAX_WEIGHT.toLocaleString("en");
      return `${range} Weights up to ${most} can be used: write them in a larger unit, or take their logarithm.`;
    }
    return this.#positiveCount === 0 ? `${range} None is above 0, so no item is liked.` : null;
  }
}
