import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { areComponentsCheap, mostComponents } from "../search/component-cost.ts";
import { lowTrialsOf } from "../search/rungs.ts";
import type { SearchPlan } from "../search/search-plan.ts";

/** Singular vectors where they are dear: 256 take four times as long as 64, to find and to score by. */
const RUNGS = { low: 64, high: 256 };

/** How much an ideal filter counts is found with few vectors where many are dear. */
export function planGfCfSearch(userItems: CsrMatrix, budget: number | undefined): SearchPlan {
  const { low } = RUNGS;
  const high = Math.min(RUNGS.high, mostComponents(userItems));
  if (areComponentsCheap(userItems) || high <= low) return {};
  return { ladder: { param: "n_components", low, high, lowTrials: lowTrialsOf(budget), shifts: {} } };
}
