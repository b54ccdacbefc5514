export { solveCholesky } from "./cholesky";
export { solveRowsCholesky } from "./cholesky-rows";
export { stepConjugateGradient } from "./conjugate-gradient";
export { addDenseRows, subtractProduct } from "./dense";
export { descendElasticNet } from "./elastic-net";
export { addGram } from "./gram";
export { addLocalGram } from "./local-gram";
export { mirrorScaled } from "./mirror";
export { descendNonNegative } from "./non-negative";
export { fillPairFilter } from "./pair-filter";
export { multiplyRows } from "./panels";
export { stepPreconditioned } from "./preconditioned";
export { trainRanking } from "./ranking";
export { score } from "./score";
export { scoreInt8 } from "./score-int8";
export { accumulateRows, scoreSparse, selectLargest } from "./sparse";
export { multiplySparse } from "./sparse-dense";
export { addStandardized, scaleColumns } from "./standardize";
export { solveRowsSubspace } from "./subspace";
export { sweepPivot, sweepRows } from "./sweep";
export { addTails } from "./tails";
export { topK } from "./top-k";

/** First byte that the host may use; below it lies the module's own static data. */
export function heapBase(): usize {
  return __heap_base;
}
