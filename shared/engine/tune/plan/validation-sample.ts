import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { csrRow } from "../../data/csr-row.ts";
import { createRandom, shuffleInPlace } from "../../random.ts";

// Scoring and ranking take 2 ns an item (neighbours) to 5 ns (256 factors), users together: half a second to two.
const SCORES_PER_EVALUATION = 280_000_000;
/** Measuring this many scores takes about as long as an epoch of a small fit. */
export const SCORES_OF_AN_EPOCH = 50_000_000;
/** This many users are enough to watch a fit from epoch to epoch. */
const SCORES_PER_LOOK = 40_000_000;
/** Watching more than this share of the sample saves nothing. */
const LARGEST_LOOK = 0.5;
/** With fewer users the choice between configurations would be chance. */
const MIN_USERS = 1_000;
/** Factor models score neighbouring users together several times faster, so users are drawn in runs of this length. */
const RUN_LENGTH = 16;

/**
 * The users that trials are measured on: all with something held out. If that would take longer than about a second an
 * evaluation, they are runs of neighbours drawn by the seed. Ascending. The same for every trial, so that differences between
 * them are paired.
 *
 * @param wanted How many users at most.
 */
export function validationSample(
  heldout: RowOffsets,
  seed: number,
  wanted = usersFor(SCORES_PER_EVALUATION, heldout),
): Uint32Array {
  const runs = measurableRuns(heldout);
  const count = runs.reduce((sum, run) => sum + run.length, 0);
  if (wanted >= count) return Uint32Array.from(runs.flat());
  shuffleInPlace(runs, createRandom(seed));
  return Uint32Array.from(runs.flat().slice(0, wanted)).sort();
}

/**
 * The small part of the sample on which a fit is watched between its epochs, drawn by the seed. Null if measuring all of the
 * sample takes no longer than an epoch.
 */
export function watchedSample(heldout: CsrMatrix, sample: Uint32Array, seed: number): Uint32Array | null {
  if (sample.length * heldout.columnCount < SCORES_OF_AN_EPOCH) return null;
  const wanted = usersFor(SCORES_PER_LOOK, heldout);
  if (wanted > LARGEST_LOOK * sample.length) return null;
  return validationSample(rowsOnly(heldout, sample), seed, wanted);
}

/** The rows of some users; the others are empty. */
export function rowsOnly(matrix: CsrMatrix, users: Uint32Array): CsrMatrix {
  const indptr = new Uint32Array(matrix.rowCount + 1);
  for (const user of users) indptr[user + 1] = csrRow(matrix, user).indices.length;
  for (let row = 0; row < matrix.rowCount; row++) {
    indptr[row + 1] = (indptr[row + 1] as number) + (indptr[row] as number);
  }
  const indices = new Uint32Array(indptr[matrix.rowCount] as number);
  const values = new Float32Array(indices.length);
  for (const user of users) {
    const row = csrRow(matrix, user);
    indices.set(row.indices, indptr[user]);
    values.set(row.weights, indptr[user]);
  }
  return { ...matrix, indptr, indices, values };
}

/** All that a sample depends on. */
export type RowOffsets = Pick<CsrMatrix, "rowCount" | "columnCount" | "indptr">;

/** Users with something held out, in runs of neighbouring rows. */
function measurableRuns({ rowCount, indptr }: RowOffsets): number[][] {
  const runs: number[][] = [];
  for (let start = 0; start < rowCount; start += RUN_LENGTH) {
    const length = Math.min(RUN_LENGTH, rowCount - start);
    const run = Array.from({ length }, (_, at) => start + at);
    runs.push(run.filter((user) => (indptr[user + 1] as number) > (indptr[user] as number)));
  }
  return runs;
}

function usersFor(scores: number, { columnCount }: RowOffsets): number {
  return Math.max(MIN_USERS, Math.floor(scores / Math.max(1, columnCount)));
}
