import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { listLadder } from "../search/rungs.ts";
import type { SearchPlan } from "../search/search-plan.ts";

/** A system of about as many items as the lists are long is solved for each item: its cost grows with their cube. */
const RUNGS = { low: 50, high: 150, mostItems: 13_000 };

export function planSparseSlimSearch({ columnCount }: CsrMatrix, budget: number | undefined): SearchPlan {
  return listLadder(columnCount, RUNGS, budget);
}
