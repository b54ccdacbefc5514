/** Parts of the entries of a dataset. */

/** The part that an entry belongs to, one byte per stored entry of the user-items matrix. */
export const PART = { train: 0, validation: 1, test: 2, unused: 3 } as const;

export type HeldOutPart = "validation" | "test";

export interface HoldOut {
  /** Users with at least one entry in the part. */
  readonly userCount: number;
  /** TG: the moment from which everything is held out, in epoch milliseconds; null otherwise. */
  readonly cutAt: number | null;
  /** Cold items: the items of the part, ascending. */
  readonly items?: Uint32Array;
}

/** Yields between pieces of work. */
export type Steps<Result> = Generator<undefined, Result, undefined>;
