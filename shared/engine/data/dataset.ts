import type { CsrMatrix } from "./csr-matrix.ts";
import type { DatasetSequences } from "./dataset-sequences.ts";
import type { IdMap } from "./id-map.ts";
import type { SideFeatures } from "./side-features.ts";

/**
 * Interactions as the engine sees them: ids replaced by dense indices, repeats of a (user, item) pair merged into one entry. A
 * dataset artifact holds exactly this; trials and training never read the uploaded file again.
 */
export interface Dataset {
  readonly users: IdMap;
  readonly items: IdMap;
  /** Users × items; a value is the entry's weight. */
  readonly userItems: CsrMatrix;
  /** Epoch milliseconds of the newest interaction of each entry, aligned with `userItems.indices`; null without a time column. */
  readonly times: Float64Array | null;
  /** Users × items with a rating of zero or below, all values 1; no pair is in both matrices. Absent when there are none. */
  readonly disliked?: CsrMatrix;
  /** What each user took, in its order and with repeats. Absent without times, and where nobody asked for it. */
  readonly sequences?: DatasetSequences | undefined;
  /** Features of items and users, where there are tables of them; an artifact of a dataset does not hold them. */
  readonly features?: SideFeatures;
}
