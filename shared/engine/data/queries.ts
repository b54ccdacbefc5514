/** Requests to measure a model by, instead of the training users: what is known at each, in its order, and how lists are made of it. */
import type { CsrMatrix } from "./csr-matrix.ts";
import { rowCountOf, type Sequences } from "./sequences.ts";

export interface Queries {
  /** Requests × items: each known item once, with weight 1. */
  readonly profiles: CsrMatrix;
  /** The same in their order. `ages`: days before the request, and not before the newest interaction of all. */
  readonly known: Pick<Sequences, "offsets" | "items" | "ages">;
  /** Whether known items may be recommended again, as in sessions. */
  readonly keepsKnown: boolean;
}

/** The matrix of the distinct items of each row, in ascending order, with weight 1. */
export function matrixOf(sequences: Pick<Sequences, "offsets" | "items">, itemCount: number): CsrMatrix {
  const { offsets, items } = sequences;
  const rowCount = rowCountOf(sequences);
  const indptr = new Uint32Array(rowCount + 1);
  const indices = new Uint32Array(items.length);
  let count = 0;
  for (let row = 0; row < rowCount; row++) {
    const sorted = items.slice(offsets[row], offsets[row + 1]).sort();
    for (const [at, item] of sorted.entries()) {
      if (at > 0 && sorted[at - 1] === item) continue;
      indices[count++] = item;
    }
    indptr[row + 1] = count;
  }
  const values = new Float32Array(count).fill(1);
  return { rowCount, columnCount: itemCount, indptr, indices: indices.slice(0, count), values };
}
