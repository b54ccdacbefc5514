import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { validationSample } from "./validation-sample.ts";

// About ten seconds of scoring and ranking: it runs once per study, so ten times the limit of a trial.
const SCORES_PER_FINAL = 1_200_000_000;
const MIN_USERS = 1_000;

/** The users for measuring a study's winner and its baseline: all, or a seeded sample if that would take too long. */
export function testSample(heldout: CsrMatrix, seed: number): Uint32Array {
  const wanted = Math.max(MIN_USERS, Math.floor(SCORES_PER_FINAL / Math.max(1, heldout.columnCount)));
  return validationSample(heldout, seed, wanted);
}
