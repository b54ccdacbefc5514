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
  const { rowCount, indptr, indices, values } = userItems;
  if (options.scheme === "NONE") return values;
  const idf = yield* inverseFrequencies(userItems, options.scheme);
  const lengths = yield* rowSums(userItems);
  const meanLength = lengths.reduce((sum, length) => sum + length, 0) / rowCount;
  const weighed = new Float32Array(values.length);
  yield* overRows(userItems, (fromUser, toUser) => {
    for (let user = fromUser; user < toUser; user++) {
      const relativeLength = (lengths[user] as number) / meanLength;
      const saturation = options.k1 * (1 - options.b + options.b * relativeLength);
      const to = indptr[user + 1] as number;
      for (let at = indptr[user] as number; at < to; at++) {
        const x = values[at] as number;
        const frequency = options.scheme === "TF_IDF" ? x : (x * (options.k1 + 1)) / (x + saturation);
        weighed[at] = frequency * (idf[indices[at] as number] as number);
      }
    }
  });
  return weighed;
}

function* inverseFrequencies(userItems: CsrMatrix, scheme: "TF_IDF" | "BM_25"): Steps<Float64Array> {
  const idf = new Float64Array(userItems.columnCount);
  const { indices } = userItems;
  yield* overRanges(indices.length, (from, to) => {
    for (let at = from; at < to; at++) {
      const item = indices[at] as number;
      idf[item] = (idf[item] as number) + 1;
    }
  });
  for (let item = 0; item < idf.length; item++) {
    const rarity = userItems.rowCount / ((idf[item] as number) + 1);
    idf[item] = Math.log(scheme === "TF_IDF" ? rarity : rarity + 1);
  }
  return idf;
}
