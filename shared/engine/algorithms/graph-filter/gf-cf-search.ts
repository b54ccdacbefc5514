import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { areComponentsCheap, mostComponents } from "../search/component-cost.ts";
import { lowTrialsOf } from "../search/rungs.ts";
import type { SearchPlan } from "../search/search-plan.ts";

/** Number of singular vectors if many are expensive: 256 take four times as long as 64, to find and to score with. */
const RUNGS = { low: 64, high: 256 };

/** The weight of the ideal filter is searched with few vectors if many are expensive. */
export function planGfCfSearch(userItems: CsrMatrix, budget: number | undefined): SearchPlan {
  const { low } = RUNGS;
  const high = Math.min(RUNGS.high, mostComponents(userItems));
  if (areComponentsCheap(userItems) || high <= low) return {};
  return { ladder: { param: "n_components", low, high, lowTrials: lowTrialsOf(budget), shifts: {} } };
}
