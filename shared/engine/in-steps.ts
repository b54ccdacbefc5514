/** Long loops in pieces: generators that yield where the caller may pause. */

/** Work of a fit in several steps, ending with a result. */
export type Steps<Result> = Generator<void, Result>;

/** Entries visited between two yields: some milliseconds at 20 ns each, as in code that is not warm yet. */
const ENTRIES_PER_PIECE = 200_000;

/** Calls `visit` with ranges that make up 0 … count, a yield after each. */
export function* overRanges(
  count: number,
  visit: (from: number, to: number) => void,
  size = ENTRIES_PER_PIECE,
): Steps<void> {
  for (let from = 0; from < count; from += size) {
    visit(from, Math.min(count, from + size));
    yield;
  }
}

/** Calls `visit` with ranges that make up all rows of a matrix, of about as many entries each, a yield after each. */
export function* overRows(
  { indptr, rowCount }: { readonly indptr: Uint32Array; readonly rowCount: number },
  visit: (fromRow: number, toRow: number) => void,
  size = ENTRIES_PER_PIECE,
): Steps<void> {
  for (let from = 0; from < rowCount; ) {
    // An empty row counts for one entry.
    const limit = (indptr[from] as number) + size;
    let to = from + 1;
    while (to < rowCount && (indptr[to + 1] as number) + (to - from) <= limit) to++;
    visit(from, to);
    yield;
    from = to;
  }
}

/** Runs steps to their end without a pause. */
export function finishSteps<Result>(steps: Steps<Result>): Result {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}
