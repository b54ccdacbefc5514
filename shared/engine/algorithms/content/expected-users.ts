/**
 * How many users an item may expect by what it is, from the known items that it is like: the mean of √users, each weighted by the cosine of the
 * two. A cosine is a sum over features, so two sums for each feature hold all known items:
 *
 *   m(x) = Σ_f x_f a_f / Σ_f x_f b_f,   a_f = Σ_j √n_j x_jf / |x_j|,   b_f = Σ_j x_jf / |x_j|
 *
 * How far it can be relied on is learned from the known items, each judged by the others: the slope of ln n_j over ln m(x_j), by least squares.
 * A slope within three of its errors of 0 counts as 0, as do negative ones.
 */
import { overRows, type Steps } from "../../in-steps.ts";
import type { WeighedRows } from "./cosine-index.ts";

export interface ExpectedUsers {
  /** By feature, a_f. */
  readonly rooted: Float32Array;
  /** By feature, b_f. */
  readonly counted: Float32Array;
  /** √users of the known items on average; above 0. */
  readonly mean: number;
  /** 0 … MOST_POWER; 0 if alike items do not have alike numbers of users. */
  readonly power: number;
}

/** More gained nothing on the data sets of the benchmark and lost on two of them. */
export const MOST_POWER = 2;
const ERRORS_FROM_ZERO = 3;

/** @param counts Users of each item. */
export function* learnExpectedUsers(parts: WeighedRows, counts: ArrayLike<number>): Steps<ExpectedUsers> {
  const { rows } = parts;
  const sums = new FeatureSums(parts, counts);
  yield* overRows(rows, (from, to) => sums.add(from, to));
  const line = new Line();
  yield* overRows(rows, (from, to) => {
    for (let item = from; item < to; item++) {
      const others = sums.meanWithout(item);
      if (others > 0) line.add(Math.log(others), Math.log(counts[item] as number));
    }
  });
  const power = Math.min(MOST_POWER, Math.max(0, line.slope()));
  return {
    ...{ rooted: Float32Array.from(sums.rooted), counted: Float32Array.from(sums.counted) },
    ...{ mean: sums.mean, power },
  };
}

/**
 * What the users that an item may expect multiply its cosines by; 1 where nothing is known.
 * @param amounts As long as `indices`; x_f without the features' own weights.
 */
export function expectedFactor(
  { rooted, counted, mean, power }: ExpectedUsers,
  weights: Float64Array,
  indices: Uint32Array,
  amounts: Float32Array,
): number {
  if (power === 0) return 1;
  let [upper, lower] = [0, 0];
  for (let at = 0; at < indices.length; at++) {
    const feature = indices[at] as number;
    const amount = (amounts[at] as number) * (weights[feature] as number);
    upper += amount * (rooted[feature] as number);
    lower += amount * (counted[feature] as number);
  }
  return lower > 0 ? (upper / lower / mean) ** power : 1;
}

class FeatureSums {
  readonly rooted: Float64Array;
  readonly counted: Float64Array;
  readonly #parts: WeighedRows;
  readonly #counts: ArrayLike<number>;
  #roots = 0;
  #items = 0;

  constructor(parts: WeighedRows, counts: ArrayLike<number>) {
    this.#parts = parts;
    this.#counts = counts;
    this.rooted = new Float64Array(parts.rows.columnCount);
    this.counted = new Float64Array(parts.rows.columnCount);
  }

  get mean(): number {
    return this.#items > 0 ? this.#roots / this.#items : 1;
  }

  add(fromItem: number, toItem: number): void {
    for (let item = fromItem; item < toItem; item++) {
      const root = Math.sqrt(this.#counts[item] as number);
      if (root === 0) continue;
      this.#roots += root;
      this.#items++;
      const scale = 1 / this.#lengthOf(item);
      this.#visit(item, (feature, amount) => {
        this.rooted[feature] = (this.rooted[feature] as number) + root * scale * amount;
        this.counted[feature] = (this.counted[feature] as number) + scale * amount;
      });
    }
  }

  /** m of a known item over all others; 0 if it is like none, or has no users. */
  meanWithout(item: number): number {
    const root = Math.sqrt(this.#counts[item] as number);
    if (root === 0) return 0;
    let [upper, lower, squares] = [0, 0, 0];
    this.#visit(item, (feature, amount) => {
      upper += amount * (this.rooted[feature] as number);
      lower += amount * (this.counted[feature] as number);
      squares += amount ** 2;
    });
    const length = Math.sqrt(squares);
    // What is left of sums of nothing else is their rounding.
    const others = lower - length;
    return others > 1e-9 * lower ? Math.max(0, (upper - root * length) / others) : 0;
  }

  #lengthOf(item: number): number {
    let squares = 0;
    this.#visit(item, (_, amount) => {
      squares += amount ** 2;
    });
    return Math.sqrt(squares);
  }

  #visit(item: number, take: (feature: number, amount: number) => void): void {
    const { rows, weights } = this.#parts;
    const end = rows.indptr[item + 1] as number;
    for (let at = rows.indptr[item] as number; at < end; at++) {
      const feature = rows.indices[at] as number;
      take(feature, (rows.values[at] as number) * (weights[feature] as number));
    }
  }
}

/** A line through points by least squares. */
class Line {
  #count = 0;
  #x = 0;
  #y = 0;
  #xx = 0;
  #xy = 0;
  #yy = 0;

  add(x: number, y: number): void {
    this.#count++;
    this.#x += x;
    this.#y += y;
    this.#xx += x * x;
    this.#xy += x * y;
    this.#yy += y * y;
  }

  /** 0 if it is within three of its standard errors of 0, or cannot be known. */
  slope(): number {
    const count = this.#count;
    if (count < 3) return 0;
    const xx = this.#xx - this.#x ** 2 / count;
    const xy = this.#xy - (this.#x * this.#y) / count;
    const yy = this.#yy - this.#y ** 2 / count;
    if (!(xx > 1e-12 * this.#xx)) return 0;
    const slope = xy / xx;
    const error = Math.sqrt(Math.max(0, yy - slope * xy) / (count - 2) / xx);
    return Math.abs(slope) > ERRORS_FROM_ZERO * error ? slope : 0;
  }
}
