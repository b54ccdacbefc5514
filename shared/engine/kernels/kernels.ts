import type { DenseKernels } from "./dense/calls.ts";
import type { DescentKernels } from "./descent/calls.ts";
import type { EmbeddingKernels } from "./embedding/calls.ts";
import type { KernelMemory } from "./memory/buffers.ts";
import type { RankingKernels } from "./ranking/calls.ts";
import type { RowSolverKernels } from "./row-solvers/calls.ts";
import type { ScoringKernels } from "./scoring/calls.ts";
import type { SparseRowKernels } from "./sparse-rows/calls.ts";
import type { SweepKernels } from "./sweep/calls.ts";

export type {
  F32Buffer,
  I8Buffer,
  I16Buffer,
  KernelBuffer,
  SparseRows,
  U32Buffer,
} from "./memory/buffers.ts";
export { DIM_MULTIPLE, paddedDim } from "./memory/buffers.ts";

/**
 * The dense and sparse inner loops of every algorithm, and the memory they run on. Two implementations, one meaning:
 * `wasm-kernels.ts` (SIMD) and `scalar-kernels.ts` (plain TypeScript, the reference). Each family of kernels has a folder: what its
 * calls take and mean, the scalar twin, and the call of the assembly.
 *
 * Factors and scratch live in buffers that the kernels own, so that no call copies them. The caller that allocates also frees.
 * A call runs to its end without yielding: callers cut the work so that one call stays under about 10 ms.
 *
 * Factor matrices are row-major with rows padded by zeros to `paddedDim(dim)`; kernels take that padded length as `dim`
 * and so have no tails. Zero padding stays zero through every kernel.
 */
export interface Kernels
  extends KernelMemory,
    ScoringKernels,
    SparseRowKernels,
    DenseKernels,
    RowSolverKernels,
    DescentKernels,
    RankingKernels,
    EmbeddingKernels,
    SweepKernels {}
