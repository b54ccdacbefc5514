import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { validationSample } from "./validation-sample.ts";

// About ten seconds of scoring and ranking: measured once per study, so ten times what a trial may take.
const SCORES_PER_FINAL = 1_200_000_000;
const MIN_USERS = 1_000;

/** The users that a study's winner and its baseline are measured on: all, or a seeded sample where that would take too long. */
export function testSample(heldout: CsrMatrix, seed: number): Uint32Array {
  const wanted = Math.max(MIN_USERS, Math.floor(SCORES_PER_FINAL / Math.max(1, heldout.columnCount)));
  return validationSample(heldout, seed, wanted);
}
