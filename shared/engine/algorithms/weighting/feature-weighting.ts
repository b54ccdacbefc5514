import type { FEATURE_WEIGHTINGS } from "#contract/algorithms.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { overRanges, overRows, type Steps } from "../../in-steps.ts";
import { rowSums } from "./weight-powers.ts";

export type FeatureWeighting = (typeof FEATURE_WEIGHTINGS)[number];

export interface FeatureWeightingOptions {
  readonly scheme: FeatureWeighting;
  /** BM25's saturation and length normalisation. */
  readonly k1: number;
  readonly b: number;
}

/**
 * Weights the entries of a user-items matrix like a text index, with users as documents and items as terms. A popular item
 * counts less. N users, df users of the item, x the entry, len the user's sum of entries, avg its mean:
 *
 * - TF_IDF: x · ln(N / (df + 1))
 * - BM_25: ln(N / (df + 1) + 1) · x (k1 + 1) / (x + k1 (1 − b + b · len / avg))
 *
 * @returns Values aligned with `userItems.indices`; for NONE the matrix's own values, which must not be changed.
 */
export function* weighFeatures(userItems: CsrMatrix, options: FeatureWeightingOptions): Steps<Float32Array> {
  if (options.scheme === "NONE") return userItems.values;
  const counts = yield* itemCounts(userItems);
  const facts = weighingFacts(yield* rowSums(userItems), counts, options.scheme);
  return yield* weighUserRows(userItems, 0, options, facts);
}

/** What the weight of an entry depends on, but for the entry itself. */
export interface WeighingFacts {
  /** Of each user, len / avg. */
  readonly relativeLengths: Float64Array;
  readonly idf: Float64Array;
}

/** @param lengths Of all users. @param counts Users of each item. */
export function weighingFacts(
  lengths: Float64Array,
  counts: Float64Array,
  scheme: "TF_IDF" | "BM_25",
): WeighingFacts {
  const meanLength = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  const idf = counts.map((count) => {
    const rarity = lengths.length / (count + 1);
    return Math.log(scheme === "TF_IDF" ? rarity : rarity + 1);
  });
  return { relativeLengths: lengths.map((length) => length / meanLength), idf };
}

/** The weights of consecutive rows of users × items, from `firstUser` on. */
export function* weighUserRows(
  rows: CsrMatrix,
  firstUser: number,
  options: FeatureWeightingOptions,
  { relativeLengths, idf }: WeighingFacts,
): Steps<Float32Array> {
  const { indptr, indices, values } = rows;
  const weighed = new Float32Array(values.length);
  yield* overRows(rows, (fromRow, toRow) => {
    for (let row = fromRow; row < toRow; row++) {
      const saturation = saturationOf(options, relativeLengths[firstUser + row] as number);
      const to = indptr[row + 1] as number;
      for (let at = indptr[row] as number; at < to; at++) {
        const frequency = frequencyOf(options, values[at] as number, saturation);
        weighed[at] = frequency * (idf[indices[at] as number] as number);
      }
    }
  });
  return weighed;
}

/** The same weights in consecutive rows of items × users, from `firstItem` on. */
export function weighItemRows(
  { rowCount, indptr, indices, values }: CsrMatrix,
  firstItem: number,
  options: FeatureWeightingOptions,
  { relativeLengths, idf }: WeighingFacts,
): Float32Array {
  const weighed = new Float32Array(values.length);
  const saturations = relativeLengths.map((length) => saturationOf(options, length));
  for (let row = 0; row < rowCount; row++) {
    const rarity = idf[firstItem + row] as number;
    const to = indptr[row + 1] as number;
    for (let at = indptr[row] as number; at < to; at++) {
      const saturation = saturations[indices[at] as number] as number;
      weighed[at] = frequencyOf(options, values[at] as number, saturation) * rarity;
    }
  }
  return weighed;
}

const saturationOf = ({ k1, b }: FeatureWeightingOptions, relativeLength: number): number =>
  k1 * (1 - b + b * relativeLength);

const frequencyOf = ({ scheme, k1 }: FeatureWeightingOptions, x: number, saturation: number): number =>
  scheme === "TF_IDF" ? x : (x * (k1 + 1)) / (x + saturation);

function* itemCounts({ columnCount, indices }: CsrMatrix): Steps<Float64Array> {
  const counts = new Float64Array(columnCount);
  yield* overRanges(indices.length, (from, to) => {
    for (let at = from; at < to; at++) {
      const item = indices[at] as number;
      counts[item] = (counts[item] as number) + 1;
    }
  });
  return counts;
}
