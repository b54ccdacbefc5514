import type { CsrMatrix } from "./csr-matrix.ts";
import { csrRow } from "./csr-row.ts";
import type { Dataset } from "./dataset.ts";

/**
 * Moves entries of zero or below out of a matrix: these items are seen and disliked. No model learns from them, and they are not
 * recommended to their users. Returns the same arrays when there is no such entry.
 *
 * @param userItems Values may be any finite number; not changed.
 */
export function separateDislikes({
  userItems,
  times,
}: Pick<Dataset, "userItems" | "times">): Pick<Dataset, "userItems" | "times" | "disliked"> {
  const { values } = userItems;
  let count = 0;
  for (let entry = 0; entry < values.length; entry++) if (!((values[entry] as number) > 0)) count++;
  if (count === 0) return { userItems, times };
  const liked = newMatrix(userItems, values.length - count);
  const disliked = newMatrix(userItems, count);
  disliked.values.fill(1);
  const likedTimes = times ? new Float64Array(values.length - count) : null;
  let [inLiked, inDisliked] = [0, 0];
  for (let row = 0; row < userItems.rowCount; row++) {
    const end = userItems.indptr[row + 1] as number;
    for (let entry = userItems.indptr[row] as number; entry < end; entry++) {
      const [item, value] = [userItems.indices[entry] as number, values[entry] as number];
      if (!(value > 0)) {
        disliked.indices[inDisliked++] = item;
        continue;
      }
      if (likedTimes && times) likedTimes[inLiked] = times[entry] as number;
      liked.indices[inLiked] = item;
      liked.values[inLiked++] = value;
    }
    liked.indptr[row + 1] = inLiked;
    disliked.indptr[row + 1] = inDisliked;
  }
  return { userItems: liked, times: likedTimes, disliked };
}

/** The items that a user dislikes. Evaluations may have users beyond the rows of the matrix: they dislike nothing. */
export function dislikesOf(disliked: CsrMatrix | undefined, row: number): Uint32Array {
  return disliked && row < disliked.rowCount ? csrRow(disliked, row).indices : NONE;
}

const NONE = new Uint32Array();

function newMatrix({ rowCount, columnCount }: CsrMatrix, entryCount: number): CsrMatrix {
  return {
    rowCount,
    columnCount,
    indptr: new Uint32Array(rowCount + 1),
    indices: new Uint32Array(entryCount),
    values: new Float32Array(entryCount),
  };
}
