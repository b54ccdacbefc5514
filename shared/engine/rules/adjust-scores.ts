import { hasBit } from "../catalogue/bitmap.ts";
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
  const { allowed, factors, addends } = applied;
  for (let item = 0; item < scores.length; item++) {
    const row = rows[item] as number;
    if (row < 0) continue;
    if (!hasBit(allowed, row)) {
      scores[item] = Number.NEGATIVE_INFINITY;
      continue;
    }
    if (!factors && !addends) continue;
    const score = scores[item] as number;
    if (score === Number.NEGATIVE_INFINITY) continue;
    const lifted = factors ? multiplied(score, factors[row] as number) : score;
    scores[item] = bounded(addends ? lifted + (addends[row] as number) : lifted);
  }
}

function multiplied(score: number, factor: number): number {
  if (factor === 0) return LAST_SCORE;
  return score >= 0 ? score * factor : score / factor;
}

/** Keeps a score finite in 32 bits, so that it never looks like one that is left out. */
function bounded(score: number): number {
  return Math.max(-3e38, Math.min(3e38, score));
}
