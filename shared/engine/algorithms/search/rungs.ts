import type { Ladder } from "./search-plan.ts";

/**
 * Share of the trials at the low value of a ladder; the number if there is no budget. A trial at the high value costs as much as
 * five, and most can be learned at the low value.
 */
const LOW_SHARE = 0.7;
const LOW_TRIALS = 7;

export function lowTrialsOf(budget: number | undefined): number {
  return budget === undefined ? LOW_TRIALS : Math.ceil(LOW_SHARE * budget);
}

/** Algorithms with lists that are searched short first on a large catalogue. */
export interface ListRungs {
  readonly low: number;
  readonly high: number;
  /** Smaller catalogues are searched without a ladder. */
  readonly mostItems: number;
}

/** The other parameters of an algorithm with lists are searched with short lists if long ones are expensive. */
export function listLadder(
  itemCount: number,
  { low, high, mostItems }: ListRungs,
  budget: number | undefined,
): { readonly ladder?: Ladder } {
  if (itemCount <= mostItems || high <= low) return {};
  return { ladder: { param: "top_k", low, high, lowTrials: lowTrialsOf(budget), shifts: {} } };
}
