import type { CsrMatrix } from "../../data/csr-matrix.ts";
import type { Steps } from "../../in-steps.ts";
import type { FitInput } from "../fit/algorithm.ts";
import type { RowRule } from "./similarity-rows.ts";

/** Sums over the interactions of each user and of each item, as many kinds as a method asks for. */
export interface SimilarityFacts {
  readonly userSums: readonly Float64Array[];
  readonly itemSums: readonly Float64Array[];
}

/**
 * How an item-to-item method weighs interactions, told for any consecutive rows: a fit in one isolate gives all rows, a fit by blocks
 * those of a block. Rows keep their order, so both have the same numbers to the last bit.
 */
export interface SimilarityWeights extends Pick<RowRule, "topK" | "keepsDiagonal"> {
  /** Of each of some users, from rows of users × items. */
  sumUsers(rows: CsrMatrix): Steps<Float64Array[]>;
  /** Of each of some items, from rows of items × users. */
  sumItems(rows: CsrMatrix): Steps<Float64Array[]>;
  /** Optional: further sums of items that need all others; they follow those of `sumItems`. */
  sumItemsAgain?(rows: CsrMatrix, firstItem: number, facts: SimilarityFacts): Steps<Float64Array[]>;
  /** Left factors of the sums, for rows of items × users from `firstItem` on. The caller does not change them. */
  sourceValues(rows: CsrMatrix, firstItem: number, facts: SimilarityFacts): Steps<Float32Array>;
  /** Right factors, for rows of users × items from `firstUser` on. The caller does not change them. */
  targetValues(rows: CsrMatrix, firstUser: number, facts: SimilarityFacts): Steps<Float32Array>;
  /** See `RowRule.finishRow`. */
  finishRow(facts: SimilarityFacts): RowRule["finishRow"];
}

/** The rule for data in memory. */
export function* rowRuleOf(
  weights: SimilarityWeights,
  { userItems, itemUsers }: Pick<FitInput, "userItems" | "itemUsers">,
): Steps<RowRule> {
  const { topK, keepsDiagonal = false } = weights;
  const userSums = yield* weights.sumUsers(userItems);
  const first = { userSums, itemSums: yield* weights.sumItems(itemUsers) };
  const again = weights.sumItemsAgain ? yield* weights.sumItemsAgain(itemUsers, 0, first) : [];
  const facts = { userSums, itemSums: [...first.itemSums, ...again] };
  return {
    topK,
    keepsDiagonal,
    sourceValues: yield* weights.sourceValues(itemUsers, 0, facts),
    targetValues: yield* weights.targetValues(userItems, 0, facts),
    finishRow: weights.finishRow(facts),
  };
}
