import { scalarDense } from "./dense/scalar.ts";
import { scalarDescent } from "./descent/scalar.ts";
import { scalarEmbedding } from "./embedding/scalar.ts";
import type { Kernels } from "./kernels.ts";
import { ScalarMemory } from "./memory/scalar-memory.ts";
import { scalarRanking } from "./ranking/scalar.ts";
import { scalarRowSolvers } from "./row-solvers/scalar.ts";
import { scalarScoring } from "./scoring/scalar.ts";
import { scalarSparseRows } from "./sparse-rows/scalar.ts";
import { scalarSweep } from "./sweep/scalar.ts";

/**
 * Creates the reference kernels: plain TypeScript, sums in f64, results rounded to f32. They run without WebAssembly and give the
 * expected results for tests of the SIMD kernels.
 */
export function createScalarKernels(): Kernels {
  const families = {
    ...scalarScoring,
    ...scalarSparseRows,
    ...scalarDense,
    ...scalarRowSolvers,
    ...scalarDescent,
    ...scalarRanking,
    ...scalarEmbedding,
    ...scalarSweep,
  };
  return Object.assign(new ScalarMemory(), families);
}
