import type { CsrMatrix } from "../data/csr-matrix.ts";
import { csrRow } from "../data/csr-row.ts";
import { createRandom, shuffleInPlace } from "../random.ts";

// Scoring and ranking take 3 ns an item (neighbours) to 10 ns (256 factors): this many scores are half a second to a second.
const SCORES_PER_EVALUATION = 120_000_000;
const SCORES_PER_FINAL = 10 * SCORES_PER_EVALUATION;
/** Fewer users than this would make the choice between configurations a matter of luck. */
const MIN_USERS = 1_000;

/**
 * The users that trials are measured on: all with something held out, or where that would take longer than about a second an
 * evaluation, a sample of them by the seed; ascending. The same for every trial, so that differences between them are paired.
 *
 * @param wanted How many users at most.
 */
export function validationSample(
  heldout: CsrMatrix,
  seed: number,
  wanted = usersPerEvaluation(heldout),
): Uint32Array {
  const users = new Uint32Array(heldout.rowCount);
  let count = 0;
  for (let user = 0; user < heldout.rowCount; user++) {
    if (csrRow(heldout, user).indices.length > 0) users[count++] = user;
  }
  const all = users.slice(0, count);
  if (wanted >= count) return all;
  shuffleInPlace(all, createRandom(seed));
  return all.slice(0, wanted).sort();
}

function usersPerEvaluation({ columnCount }: CsrMatrix): number {
  return Math.max(MIN_USERS, Math.floor(SCORES_PER_EVALUATION / Math.max(1, columnCount)));
}

/** The users that a study's winner is measured on, once: as `validationSample`, with ten times as long to take. */
export function testSample(heldout: CsrMatrix, seed: number): Uint32Array {
  const wanted = Math.max(MIN_USERS, Math.floor(SCORES_PER_FINAL / Math.max(1, heldout.columnCount)));
  return validationSample(heldout, seed, wanted);
}
