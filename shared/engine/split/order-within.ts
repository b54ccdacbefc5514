import type { CsrMatrix } from "../data/csr-matrix.ts";
import { csrRow } from "../data/csr-row.ts";
import type { Dataset } from "../data/dataset.ts";
import { keepPlaces, sessionSequences, userSequences } from "../data/dataset-sequences.ts";
import type { Sequences } from "../data/sequences.ts";
import { timeLandmarks } from "../data/time-landmarks.ts";

/** What a fit gets beside a matrix; empty for data that were read before sequences were kept, whose times give the order. */
export interface FitOrder {
  readonly sequences?: Sequences | undefined;
  readonly sessions?: Sequences | undefined;
}

/**
 * The order of the interactions of a matrix: all places of its pairs. Ages count from the reference of the dataset, as in `withAges`.
 *
 * @param part Some of the pairs of the dataset; all by default.
 */
export function orderWithin(
  { sequences, times, userItems }: Pick<Dataset, "sequences" | "times" | "userItems">,
  part: CsrMatrix = userItems,
): FitOrder {
  const reference = times && timeLandmarks(times)?.reference;
  if (!sequences || reference === null || reference === undefined) return {};
  const kept = part === userItems ? sequences : keepPlaces(sequences, pairsOf(part, sequences.items));
  return {
    sequences: userSequences(kept, reference),
    sessions: sessionSequences(kept, reference) ?? undefined,
  };
}

/** Whether the pair of a place is in the matrix. Users come in ascending order. */
function pairsOf(matrix: CsrMatrix, items: Uint32Array): (place: number, user: number) => boolean {
  const ownerOf = new Int32Array(matrix.columnCount).fill(-1);
  let marked = -1;
  return (place, user) => {
    if (user !== marked) {
      marked = user;
      for (const item of csrRow(matrix, user).indices) ownerOf[item] = user;
    }
    return ownerOf[items[place] as number] === user;
  };
}
