import { rowCountOf, type Sequences } from "../../data/sequences.ts";

/**
 * e^(−age / (rows · recency)) for each row, its age counted in rows from the newest. Null where rows are not in the order of time, or all
 * count alike.
 */
export function rowWeights(sequences: Sequences, recency: number | null): Float32Array | null {
  if (!sequences.areRowsInOrder || recency === null) return null;
  const count = rowCountOf(sequences);
  return Float32Array.from({ length: count }, (_, row) => Math.exp(-(count - 1 - row) / (count * recency)));
}
