export { solveCholesky } from "./dense/cholesky";
export { addGram } from "./dense/gram";
export { addLocalGram } from "./dense/local-gram";
export { subtractProduct } from "./dense/subtract-product";
export { descendElasticNet } from "./descent/elastic-net";
export { descendNonNegative } from "./descent/non-negative";
export { trainEmbeddings } from "./embedding/train-embeddings";
export { fillPairFilter } from "./ranking/pair-filter";
export { trainRanking } from "./ranking/ranking";
export { solveRowsCholesky } from "./row-solvers/cholesky-rows";
export { stepConjugateGradient } from "./row-solvers/conjugate-gradient";
export { multiplyRows } from "./row-solvers/panels";
export { stepPreconditioned } from "./row-solvers/preconditioned";
export { solveRowsSubspace } from "./row-solvers/subspace";
export { collectAbove } from "./scoring/collect-above";
export { addDenseRows } from "./scoring/dense-rows";
export { score } from "./scoring/score";
export { boundCoarse } from "./scoring/score-coarse";
export { scoreInt8 } from "./scoring/score-int8";
export { addStandardized, scaleColumns } from "./scoring/standardize";
export { topK } from "./scoring/top-k";
export { accumulateRows, scoreSparse, selectLargest } from "./sparse-rows/sparse";
export { multiplySparse } from "./sparse-rows/sparse-dense";
export { mirrorScaled } from "./sweep/mirror";
export { sweepPivot, sweepRows } from "./sweep/sweep";
export { addTails } from "./sweep/tails";

/** First byte that the host may use; below it lies the module's own static data. */
export function heapBase(): usize {
  return __heap_base;
}
