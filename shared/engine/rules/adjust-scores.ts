import { type Bitmap, countCommonBits, hasBit } from "../catalogue/bitmap.ts";
import type { ItemRules } from "../rank/item-rules.ts";
import type { AppliedRules } from "./apply-rules.ts";

/** The score of an item whose factor is 0: it comes after all others, but comes. */
const LAST_SCORE = -1e30;

/**
 * Applies filters and boosts to the scores of a model's items: an item that may not be recommended gets −∞, any other
 * `score × factor + addend`. A negative score is divided by its factor, so that a factor above 1 always lifts.
 *
 * @param scores  By item index; changed in place.
 * @param rows    The catalogue's row of each item; −1, for an item unknown to the catalogue, leaves its score as it is.
 */
export function adjustScores(scores: Float32Array, rows: Int32Array, applied: AppliedRules): void {
  const { allowed } = applied;
  const [factors, addends] = [applied.factors?.all(), applied.addends?.all()];
  for (let item = 0; item < scores.length; item++) {
    const row = rows[item] as number;
    if (row < 0) continue;
    if (!hasBit(allowed, row)) {
      scores[item] = Number.NEGATIVE_INFINITY;
      continue;
    }
    const score = scores[item] as number;
    if (score === Number.NEGATIVE_INFINITY) continue;
    scores[item] = adjustedScore(score, factors?.[row], addends?.[row]);
  }
}

/** The score of an item that may be recommended, by what boosts make of its row. */
function adjustedScore(score: number, factor: number | undefined, addend: number | undefined): number {
  if (factor === undefined && addend === undefined) return score;
  const lifted = factor === undefined ? score : multiplied(score, factor);
  return bounded(addend === undefined ? lifted : lifted + addend);
}

/**
 * `adjustScores` for single items.
 *
 * @param members  The rows of all items of the model; every item has one.
 */
export function itemRulesOf(rows: Int32Array, members: Bitmap, applied: AppliedRules): ItemRules {
  const { allowed, factors, addends, mostFactor, mostAddend } = applied;
  const rowOf = (item: number) => rows[item] as number;
  return {
    allowedCount: countCommonBits(allowed, members),
    isAllowed: (item) => hasBit(allowed, rowOf(item)),
    adjusted(item, score) {
      const row = rowOf(item);
      return adjustedScore(score, factors?.at(row), addends?.at(row));
    },
    leastScoreFor: (adjusted) => (ROUNDED_DOWN * (ROUNDED_DOWN * adjusted - mostAddend)) / mostFactor,
  };
}

/** Scores are of 32 bits: two that are as near as this may round to the same. */
const ROUNDED_DOWN = 1 - 2 ** -22;

function multiplied(score: number, factor: number): number {
  if (factor === 0) return LAST_SCORE;
  return score >= 0 ? score * factor : score / factor;
}

/** Keeps a score finite in 32 bits, so that it never looks like one that is left out. */
function bounded(score: number): number {
  return Math.max(-3e38, Math.min(3e38, score));
}
