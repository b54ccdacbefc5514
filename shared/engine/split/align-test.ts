import type { CsrMatrix } from "../data/csr-matrix.ts";
import type { Dataset } from "../data/dataset.ts";
import type { IdMap } from "../data/id-map.ts";

/** A test file in the indices of its training data. */
export interface AlignedTest {
  /** The training matrix, with empty rows at its end for users who are only in the test file. */
  readonly seen: CsrMatrix;
  /** Same shape: test entries whose item is in the training data. */
  readonly heldout: CsrMatrix;
  /** The dislikes of the training data, in its rows. */
  readonly disliked?: CsrMatrix | undefined;
  /** Number of each user's test entries whose item is not: relevant, but no model can know them. */
  readonly unknownHeldout: Uint32Array;
  /** Users of the test file without training data. */
  readonly coldUserCount: number;
  /** Distinct items of the test file without training data. */
  readonly unknownItemCount: number;
  /** Test entries that are also in the training data: they count as relevant, but seen items are not recommended. */
  readonly repeatedCount: number;
}

/**
 * Converts a test dataset to the indices of a training dataset. Both use the same ids, as in LightGCN's protocol: every test
 * entry counts, also one that cannot be found.
 */
export function alignTest(
  train: Pick<Dataset, "users" | "items" | "userItems" | "disliked">,
  test: Dataset,
): AlignedTest {
  const itemIndices = indicesIn(train.items, test.items);
  const userIndices = indicesIn(train.users, test.users);
  let coldUserCount = 0;
  for (let user = 0; user < userIndices.length; user++) {
    if ((userIndices[user] as number) < 0) userIndices[user] = train.users.size + coldUserCount++;
  }
  const seen = withEmptyRows(train.userItems, coldUserCount);
  return {
    seen,
    disliked: train.disliked,
    ...alignRows(test.userItems, userIndices, itemIndices, seen),
    coldUserCount,
    unknownItemCount: itemIndices.reduce((count, index) => count + (index < 0 ? 1 : 0), 0),
  };
}

/** Index in `known` of each id of `ids`; −1 for unknown ones. */
function indicesIn(known: IdMap, ids: IdMap): Int32Array {
  const indices = new Int32Array(ids.size);
  for (let index = 0; index < ids.size; index++) indices[index] = known.indexOf(ids.idAt(index));
  return indices;
}

function withEmptyRows(matrix: CsrMatrix, count: number): CsrMatrix {
  if (count === 0) return matrix;
  const indptr = new Uint32Array(matrix.indptr.length + count).fill(matrix.indices.length);
  indptr.set(matrix.indptr);
  return { ...matrix, rowCount: matrix.rowCount + count, indptr };
}

function alignRows(
  test: CsrMatrix,
  userIndices: Int32Array,
  itemIndices: Int32Array,
  seen: CsrMatrix,
): Pick<AlignedTest, "heldout" | "unknownHeldout" | "repeatedCount"> {
  const unknownHeldout = new Uint32Array(seen.rowCount);
  const rows = new Map<number, number[]>();
  let length = 0;
  let repeatedCount = 0;
  for (let row = 0; row < test.rowCount; row++) {
    const user = userIndices[row] as number;
    const own = test.indices.subarray(test.indptr[row], test.indptr[row + 1]);
    const items = Array.from(own, (item) => itemIndices[item] as number).filter((item) => item >= 0);
    unknownHeldout[user] = own.length - items.length;
    rows.set(
      user,
      items.sort((a, b) => a - b),
    );
    length += items.length;
    const seenItems = new Set(seen.indices.subarray(seen.indptr[user], seen.indptr[user + 1]));
    repeatedCount += items.filter((item) => seenItems.has(item)).length;
  }
  const indptr = new Uint32Array(seen.rowCount + 1);
  const indices = new Uint32Array(length);
  for (let user = 0; user < seen.rowCount; user++) {
    const items = rows.get(user) ?? [];
    indices.set(items, indptr[user]);
    indptr[user + 1] = (indptr[user] as number) + items.length;
  }
  const { rowCount, columnCount } = seen;
  const heldout = { rowCount, columnCount, indptr, indices, values: new Float32Array(length).fill(1) };
  return { heldout, unknownHeldout, repeatedCount };
}
