import { type DenseExports, wasmDense } from "./dense/wasm.ts";
import { type DescentExports, wasmDescent } from "./descent/wasm.ts";
import { type EmbeddingExports, wasmEmbedding } from "./embedding/wasm.ts";
import type { Kernels } from "./kernels.ts";
import type { GrowingMemory } from "./memory/linear-memory.ts";
import { WasmMemory } from "./memory/wasm-memory.ts";
import { type RankingExports, wasmRanking } from "./ranking/wasm.ts";
import { type RowSolversExports, wasmRowSolvers } from "./row-solvers/wasm.ts";
import { type ScoringExports, wasmScoring } from "./scoring/wasm.ts";
import { type SparseRowsExports, wasmSparseRows } from "./sparse-rows/wasm.ts";
import { type SweepExports, wasmSweep } from "./sweep/wasm.ts";

/** What the assembly exports. */
interface WasmExports
  extends ScoringExports,
    SparseRowsExports,
    DenseExports,
    RowSolversExports,
    DescentExports,
    RankingExports,
    EmbeddingExports,
    SweepExports {
  readonly memory: GrowingMemory;
  heapBase(): number;
}

/** Creates the SIMD kernels on a fresh instance, with a memory of their own. The instance and all its buffers go together. */
export function createWasmKernels(module: WebAssembly.Module): Kernels {
  const instance = new WebAssembly.Instance(module, {});
  const exports = instance.exports as unknown as WasmExports;
  const families = {
    ...wasmScoring(exports),
    ...wasmSparseRows(exports),
    ...wasmDense(exports),
    ...wasmRowSolvers(exports),
    ...wasmDescent(exports),
    ...wasmRanking(exports),
    ...wasmEmbedding(exports),
    ...wasmSweep(exports),
  };
  return Object.assign(new WasmMemory(exports.memory, exports.heapBase()), families);
}
