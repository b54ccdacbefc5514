import { countUsers } from "../data/count-users.ts";
import type { CsrMatrix } from "../data/csr-matrix.ts";
import { popularFirst } from "../rank/popular-first.ts";
import { itemNovelties, noveltiesOf } from "./list-metrics.ts";

/** What evaluations need to know of the seen interactions, whatever the model. */
export interface ItemPopularity {
  /** Users of each item. */
  readonly counts: Float32Array;
  /** All items, the most popular first. */
  readonly popular: Uint32Array;
  /** See `itemNovelties`. */
  readonly novelties: Float64Array;
}

const known = new WeakMap<CsrMatrix, ItemPopularity>();

/** Counted once for a matrix: a study measures hundreds of models on the same one. It takes 16 bytes an item, as long as the matrix is used. */
export function itemPopularity(seen: CsrMatrix): ItemPopularity {
  const before = known.get(seen);
  if (before) return before;
  const counts = countUsers(seen);
  const found = { counts, popular: popularFirst(counts), novelties: itemNovelties(seen) };
  known.set(seen, found);
  return found;
}

/** The same for data that are in no isolate. @param counts Users of each item. */
export function popularityOf(counts: Uint32Array): ItemPopularity {
  return {
    counts: Float32Array.from(counts),
    popular: popularFirst(counts),
    novelties: noveltiesOf(Float64Array.from(counts)),
  };
}
