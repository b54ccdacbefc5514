import type { GrowingMemory } from "./linear-memory.ts";

/** The exports of the assembly; pointers and sizes are numbers. */
export interface WasmExports {
  readonly memory: GrowingMemory;
  heapBase(): number;
  solveCholesky(matrix: number, dim: number, vector: number): number;
  stepConjugateGradient(...args: number[]): void;
  stepPreconditioned(...args: number[]): void;
  multiplyRows(rows: number, rowCount: number, dim: number, matrix: number, scratch: number): void;
  addGram(rows: number, dim: number, rowCount: number, gram: number): void;
  score(...args: number[]): void;
  scoreInt8(...args: number[]): void;
  accumulateRows(...args: number[]): number;
  scoreSparse(...args: number[]): void;
  selectLargest(sums: number, columns: number, count: number, k: number, keys: number): void;
  addTails(...args: number[]): void;
  addLocalGram(...args: number[]): void;
  sweepPivot(...args: number[]): void;
  sweepRows(...args: number[]): void;
  mirrorScaled(matrix: number, size: number, fromRow: number, toRow: number, factors: number): void;
  subtractProduct(...args: number[]): void;
  addDenseRows(...args: number[]): void;
  solveRowsCholesky(...args: number[]): number;
  solveRowsSubspace(...args: number[]): number;
  multiplySparse(...args: number[]): void;
  descendNonNegative(...args: number[]): number;
  fillPairFilter(...args: number[]): void;
  trainRanking(...args: number[]): void;
  descendElasticNet(...args: number[]): number;
  scaleColumns(rows: number, rowCount: number, length: number, factors: number): void;
  addStandardized(...args: number[]): void;
  topK(scores: number, length: number, k: number, out: number): number;
}
