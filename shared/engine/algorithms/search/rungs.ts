import type { Ladder } from "./search-plan.ts";

/**
 * Share of the trials that are made at the low value of a ladder; the number without a budget. A trial at the high value costs as much as
 * five: most of what can be learned is learned below.
 */
const LOW_SHARE = 0.7;
const LOW_TRIALS = 7;

export function lowTrialsOf(budget: number | undefined): number {
  return budget === undefined ? LOW_TRIALS : Math.ceil(LOW_SHARE * budget);
}

/** Lists that are searched short first where the catalogue is large. */
export interface ListRungs {
  readonly low: number;
  readonly high: number;
  /** Catalogues of no more items are searched like everything else. */
  readonly mostItems: number;
}

/** What else an algorithm of lists has is found while they are short, as far as long ones are dear. */
export function listLadder(
  itemCount: number,
  { low, high, mostItems }: ListRungs,
  budget: number | undefined,
): { readonly ladder?: Ladder } {
  if (itemCount <= mostItems || high <= low) return {};
  return { ladder: { param: "top_k", low, high, lowTrials: lowTrialsOf(budget), shifts: {} } };
}
