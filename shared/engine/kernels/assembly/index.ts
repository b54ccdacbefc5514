export { solveCholesky } from "./cholesky";
export { stepConjugateGradient } from "./conjugate-gradient";
export { addDenseRows, subtractProduct } from "./dense";
export { addGram } from "./gram";
export { score } from "./score";
export { accumulateRows, scoreSparse, selectLargest } from "./sparse";
export { topK } from "./top-k";

/** First byte that the host may use; below it lies the module's own static data. */
export function heapBase(): usize {
  return __heap_base;
}
