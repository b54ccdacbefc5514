import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { listLadder } from "../search/rungs.ts";
import type { SearchPlan } from "../search/search-plan.ts";

/** Each item needs the solution of a system whose size is about the length of the lists: its cost grows with the cube of that. */
const RUNGS = { low: 50, high: 150, mostItems: 13_000 };

export function planSparseSlimSearch({ columnCount }: CsrMatrix, budget: number | undefined): SearchPlan {
  return listLadder(columnCount, RUNGS, budget);
}
