/**
 * A sparse matrix in compressed rows: row r holds `indices[indptr[r] … indptr[r+1])`, ascending and without repeats,
 * with the matching `values`. Users × items ("user-items matrix") unless a name says otherwise. Read only once built.
 */
export interface CsrMatrix {
  readonly rowCount: number;
  readonly columnCount: number;
  /** Length rowCount + 1. */
  readonly indptr: Uint32Array;
  /** Column index of each stored entry. */
  readonly indices: Uint32Array;
  /** Weight of each stored entry, finite and > 0. */
  readonly values: Float32Array;
  /**
   * Days from each stored entry to the reference time of the data, NaN where unknown; present only on request, see `withAges`.
   */
  readonly ages?: Float32Array;
}
