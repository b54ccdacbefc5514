/**
 * How much each feature of a row counts, the same in a fit and for new items. Of a column's features, counts of words are taken
 * from what the feature space made of them; labels count once; numbers and dates count by their place between centres of bins.
 */
import type { RangeKind } from "../../data/side-features.ts";
import type { FeatureWeighting } from "../weighting/feature-weighting.ts";
import { relativeCountsInto } from "./relative-counts.ts";

export interface ContentWeighting {
  readonly scheme: FeatureWeighting;
  /** BM25's saturation and length normalisation. */
  readonly k1: number;
  readonly b: number;
  /** Whether a word counts 1 + ln(its count) instead of its count. */
  readonly isSublinear: boolean;
  /** Whether each column of a row has length 1 before it is weighted by its kind. */
  readonly isPerColumn: boolean;
}

/** A column of features as a stored model has it. */
export interface ContentRange {
  readonly kind: RangeKind;
  readonly from: number;
  readonly to: number;
  /** The mean number of words or labels of the rows that have any; at least 1. */
  readonly meanLength: number;
}

/** The columns of a table, and its features. */
export interface ContentColumns {
  readonly ranges: readonly ContentRange[];
  /** By feature, the idf in its values; 0 for features that are no words, whose values are their amounts. */
  readonly wordIdf: Float32Array;
  /** By feature, how much it counts within its column; 0 leaves it out. */
  readonly idf: Float64Array;
}

/** Columns of numbers begin with the distance from the mean, which the places between centres make superfluous. */
const isScale = (kind: RangeKind): boolean => kind === "number" || kind === "date";

export class RowWeigher {
  readonly #columns: ContentColumns;
  readonly #weighting: ContentWeighting;

  constructor(columns: ContentColumns, weighting: ContentWeighting) {
    this.#columns = columns;
    this.#weighting = weighting;
  }

  /**
   * Weighs a row, without the features' own weights.
   * @param indices Ascending; those that the model does not know are left out.
   * @param out As long as the row; overwritten. 0 for features that do not count.
   */
  weighInto(indices: Uint32Array, values: Float32Array, out: Float32Array): void {
    let at = 0;
    for (const range of this.#columns.ranges) {
      while (at < indices.length && (indices[at] as number) < range.from) out[at++] = 0;
      let end = at;
      while (end < indices.length && (indices[end] as number) < range.to) end++;
      if (end > at)
        this.#weighColumn(range, indices.subarray(at, end), values.subarray(at, end), out.subarray(at, end));
      at = end;
    }
    out.fill(0, at);
  }

  #weighColumn(range: ContentRange, indices: Uint32Array, values: Float32Array, out: Float32Array): void {
    const isLabel = !isScale(range.kind);
    const length = isLabel ? relativeCountsInto(this.#columns.wordIdf, { indices, values }, out) : 0;
    if (!isLabel) placesInto(range.from, indices, values, out);
    const { scheme, k1, b, isSublinear, isPerColumn } = this.#weighting;
    const saturation = k1 * (1 - b + (b * length) / range.meanLength);
    let squares = 0;
    for (let at = 0; at < out.length; at++) {
      let amount = out[at] as number;
      if (isLabel && amount > 0) {
        if (scheme === "BM_25") amount = (amount * (k1 + 1)) / (amount + saturation);
        else if (isSublinear) amount = 1 + Math.log(amount);
      }
      out[at] = amount;
      squares += (amount * (this.#columns.idf[indices[at] as number] as number)) ** 2;
    }
    if (!isPerColumn || squares === 0) return;
    const scale = 1 / Math.sqrt(squares);
    for (let at = 0; at < out.length; at++) out[at] = (out[at] as number) * scale;
  }
}

function placesInto(from: number, indices: Uint32Array, values: Float32Array, out: Float32Array): void {
  for (let at = 0; at < indices.length; at++) out[at] = indices[at] === from ? 0 : (values[at] as number);
}
