import {
  type ElasticNetCall,
  type NonNegativeCall,
  type PairFilterCall,
  type PreconditionedCall,
  pairFilterShift,
  preconditionedScratch,
  type RankingCall,
  type RowProductCall,
  type RowSolveCall,
  rowProductScratch,
  rowSolveScratch,
  type SparseProductCall,
  type SubspaceCall,
  subspaceScratch,
} from "./factor-calls.ts";
import {
  type AccumulateCall,
  type ConjugateGradientCall,
  type DenseScoreCall,
  type F32Buffer,
  type GramCall,
  type I8Buffer,
  type I16Buffer,
  type Int8ScoreCall,
  type KernelBuffer,
  type Kernels,
  type ProductCall,
  type ScoreCall,
  type SelectCall,
  type SparseRows,
  type SparseScoreCall,
  selectScratch,
  type U32Buffer,
} from "./kernels.ts";
import { LinearMemory } from "./linear-memory.ts";
import type { LocalGramCall } from "./local-gram.ts";
import type { ScaleColumnsCall, StandardizeCall } from "./row-calls.ts";
import type { MirrorCall, PivotCall, SweepRowsCall, TailsCall } from "./sweep-calls.ts";
import { at, requireLength, type ViewConstructor, WasmBuffer } from "./wasm-buffer.ts";
import type { WasmExports } from "./wasm-exports.ts";

/** Creates the SIMD kernels on a new instance with its own memory. The instance and all its buffers are freed together. */
export function createWasmKernels(module: WebAssembly.Module): Kernels {
  const instance = new WebAssembly.Instance(module, {});
  return new WasmKernels(instance.exports as unknown as WasmExports);
}

class WasmKernels implements Kernels {
  readonly kind = "wasm";
  readonly #exports: WasmExports;
  readonly #memory: LinearMemory;
  readonly #live = new Set<WasmBuffer<unknown>>();

  constructor(exports: WasmExports) {
    this.#exports = exports;
    this.#memory = new LinearMemory(exports.memory, exports.heapBase());
  }

  get allocatedBytes(): number {
    return this.#memory.allocatedBytes;
  }

  allocF32(length: number): F32Buffer {
    return this.#alloc(Float32Array, length);
  }

  allocU32(length: number): U32Buffer {
    return this.#alloc(Uint32Array, length);
  }

  allocI16(length: number): I16Buffer {
    return this.#alloc(Int16Array, length);
  }

  allocI8(length: number): I8Buffer {
    return this.#alloc(Int8Array, length);
  }

  freeAll(): void {
    for (const buffer of this.#live) buffer.forget();
    this.#live.clear();
    this.#memory.releaseAll();
  }

  scoreInto(call: ScoreCall): void {
    const { dim, rowCount, vectorCount, vectorOffset } = call;
    requireLength(call.factors, rowCount * dim);
    requireLength(call.vectors, vectorOffset + vectorCount * dim);
    requireLength(call.out, vectorCount * rowCount);
    const vectors = at(call.vectors) + 4 * vectorOffset;
    this.#exports.score(at(call.factors), dim, rowCount, vectors, vectorCount, at(call.out));
  }

  scoreInt8Into(call: Int8ScoreCall): void {
    const { dim, rowCount, vectorCount } = call;
    requireLength(call.factors, rowCount * dim);
    requireLength(call.scales, rowCount);
    requireLength(call.vectors, vectorCount * dim);
    requireLength(call.vectorScales, vectorCount);
    requireLength(call.out, vectorCount * rowCount);
    const [factors, scales] = [at(call.factors), at(call.scales)];
    const [vectors, vectorScales] = [at(call.vectors), at(call.vectorScales)];
    const out = at(call.out);
    this.#exports.scoreInt8(factors, scales, dim, rowCount, vectors, vectorScales, vectorCount, out);
  }

  addGram(call: GramCall): void {
    const { dim, fromRow, toRow } = call;
    requireLength(call.factors, toRow * dim);
    requireLength(call.gram, dim * dim);
    this.#exports.addGram(at(call.factors) + 4 * fromRow * dim, dim, toRow - fromRow, at(call.gram));
  }

  solveCholesky(matrix: F32Buffer, dim: number, vector: F32Buffer): boolean {
    requireLength(matrix, dim * dim);
    requireLength(vector, dim);
    return this.#exports.solveCholesky(at(matrix), dim, at(vector)) === 1;
  }

  stepConjugateGradient(call: ConjugateGradientCall): void {
    const { dim, fromRow, rowCount, rows } = call;
    requireLength(call.solved, (fromRow + rowCount) * dim);
    requireLength(call.ridge, rowCount);
    const lists = [...pointersOf(rows), at(call.ridge), call.steps, at(call.scratch)];
    const solved = at(call.solved) + 4 * fromRow * dim;
    this.#exports.stepConjugateGradient(at(call.fixed), solved, rowCount, dim, at(call.gram), ...lists);
  }

  stepPreconditioned(call: PreconditionedCall): void {
    const { dim, fromRow, rowCount, rows } = call;
    requireLength(call.solved, (fromRow + rowCount) * dim);
    requireLength(call.spectrum, dim);
    requireLength(call.ridge, rowCount);
    requireLength(call.scratch, preconditionedScratch(dim));
    const lists = [...pointersOf(rows), at(call.ridge), call.steps, at(call.scratch)];
    const solved = at(call.solved) + 4 * fromRow * dim;
    this.#exports.stepPreconditioned(at(call.fixed), solved, rowCount, dim, at(call.spectrum), ...lists);
  }

  multiplyRows({ rows, fromRow, rowCount, dim, matrix, scratch }: RowProductCall): void {
    requireLength(rows, (fromRow + rowCount) * dim);
    requireLength(matrix, dim * dim);
    requireLength(scratch, rowProductScratch(dim));
    this.#exports.multiplyRows(at(rows) + 4 * fromRow * dim, rowCount, dim, at(matrix), at(scratch));
  }

  solveRows(call: RowSolveCall): number {
    const { dim, fromRow, rowCount, rows } = call;
    requireLength(call.solved, (fromRow + rowCount) * dim);
    requireLength(call.gram, dim * dim);
    requireLength(call.ridge, rowCount);
    requireLength(call.scratch, rowSolveScratch(dim));
    const solved = at(call.solved) + 4 * fromRow * dim;
    const [indptr, indices, values] = pointersOf(rows);
    const [fixed, gram, ridge, scratch] = [call.fixed, call.gram, call.ridge, call.scratch].map(at);
    const args = [fixed, solved, rowCount, dim, gram, indptr, indices, values, ridge, scratch];
    return this.#exports.solveRowsCholesky(...(args as number[]));
  }

  stepSubspaces(call: SubspaceCall): number {
    const { dim, fromRow, rowCount, rows, block } = call;
    const starts = rows.indptr.view;
    let longest = 0;
    for (let row = 0; row < rowCount; row++) {
      longest = Math.max(longest, (starts[row + 1] as number) - (starts[row] as number));
    }
    requireLength(call.solved, (fromRow + rowCount) * dim);
    requireLength(call.gram, dim * dim);
    requireLength(call.ridge, rowCount);
    requireLength(call.scratch, subspaceScratch(block, longest));
    const solved = at(call.solved) + 4 * fromRow * dim;
    const lists = [...pointersOf(rows), at(call.ridge)];
    const sizes = [rowCount, dim, at(call.gram)];
    return this.#exports.solveRowsSubspace(
      at(call.fixed),
      solved,
      ...sizes,
      ...lists,
      block,
      at(call.scratch),
    );
  }

  multiplySparse(call: SparseProductCall): void {
    const {
      rows,
      rowCount,
      dim,
      factorStride = dim,
      factorOffset = 0,
      outStride = dim,
      outOffset = 0,
    } = call;
    requireLength(rows.indptr, rowCount + 1);
    requireLength(call.out, outOffset + (rowCount - 1) * outStride + dim);
    const factors = at(call.factors) + 4 * factorOffset;
    const out = at(call.out) + 4 * outOffset;
    const operands = [factors, factorStride, dim, out, outStride];
    this.#exports.multiplySparse(...pointersOf(rows), rowCount, ...operands);
  }

  descendNonNegative(call: NonNegativeCall): number {
    const { fromRow, rowCount, dim, l1 } = call;
    requireLength(call.factors, (fromRow + rowCount) * dim);
    requireLength(call.gram, dim * dim);
    requireLength(call.products, rowCount * dim);
    const factors = at(call.factors) + 4 * fromRow * dim;
    return this.#exports.descendNonNegative(factors, rowCount, dim, at(call.gram), at(call.products), l1);
  }

  descendElasticNet(call: ElasticNetCall): number {
    const { items, order, fromPlace, toPlace, firstTarget, l1, l2 } = call;
    requireLength(order, toPlace);
    const [indptr, indices, values] = pointersOf(items);
    const [residuals, coefficients] = [at(call.residuals), at(call.coefficients)];
    const lists = [indptr, indices, values, at(order) + 4 * fromPlace, toPlace - fromPlace];
    const isPositive = call.isPositive ? 1 : 0;
    return this.#exports.descendElasticNet(
      ...lists,
      residuals,
      coefficients,
      firstTarget,
      l1,
      l2,
      isPositive,
    );
  }

  fillPairFilter({ indptr, indices, filter }: PairFilterCall): void {
    const shift = pairFilterShift(filter.length);
    this.#exports.fillPairFilter(at(indptr), at(indices), indptr.length - 1, at(filter), shift);
  }

  trainRanking(call: RankingCall): void {
    const { dim, biasAt, itemCount, samples, rate, userReg, itemReg } = call;
    requireLength(call.items, itemCount * dim);
    requireLength(call.users, (call.indptr.length - 1) * dim);
    requireLength(call.entryUsers, call.indices.length);
    requireLength(call.state, 4);
    const lists = [at(call.indptr), at(call.indices), at(call.entryUsers), call.indices.length];
    const rates = [rate, userReg, itemReg, call.isWarp ? 1 : 0];
    const factors = [at(call.users), at(call.items), dim, biasAt];
    const filter = [at(call.filter), pairFilterShift(call.filter.length)];
    this.#exports.trainRanking(...factors, ...lists, itemCount, samples, ...rates, at(call.state), ...filter);
  }

  accumulateRows(call: AccumulateCall): number {
    const { matrix, sources, source } = call;
    const indptr = sources.indptr.view;
    const from = indptr[source] as number;
    const count = (indptr[source + 1] as number) - from;
    return this.#exports.accumulateRows(
      at(matrix.indptr),
      at(matrix.indices),
      at(matrix.values),
      at(sources.indices) + 4 * from,
      at(sources.values) + 4 * from,
      count,
      at(call.sums),
      at(call.touched),
      at(call.marks),
      call.mark,
    );
  }

  selectLargest(call: SelectCall): number {
    const { touched, touchedCount } = call;
    const count = Math.min(call.k, touchedCount);
    requireLength(call.scratch, selectScratch(touchedCount));
    this.#exports.selectLargest(at(call.sums), at(touched), touchedCount, count, at(call.scratch));
    return count;
  }

  scoreSparseInto(call: SparseScoreCall): void {
    const { columnCount, outOffset = 0 } = call;
    call.out.view.fill(0, outOffset, outOffset + columnCount);
    this.addSparseRows(call);
  }

  addSparseRows(call: SparseScoreCall): void {
    const { matrix, count, columnCount, outOffset = 0 } = call;
    requireLength(call.out, outOffset + columnCount);
    this.#exports.scoreSparse(
      at(matrix.indptr),
      at(matrix.indices),
      at(matrix.values),
      at(call.rowIndices),
      at(call.rowWeights),
      count,
      at(call.out) + 4 * outOffset,
    );
  }

  addTails(call: TailsCall): void {
    const { count, outOffset } = call;
    requireLength(call.cursors, call.matrix.indptr.length - 1);
    requireLength(call.rowIndices, count);
    requireLength(call.rowWeights, count);
    const { indptr, indices, values } = call.matrix;
    const matrix = [at(indptr), at(indices), values ? at(values) : 0];
    const lists = [...matrix, at(call.cursors), at(call.rowIndices), at(call.rowWeights)];
    this.#exports.addTails(...lists, count, at(call.out) + 4 * outOffset);
  }

  addLocalGram(call: LocalGramCall): void {
    const { count, stride, items, gram } = call;
    const starts = call.itemUsers.indptr.view;
    let entryCount = 0;
    for (const item of items.view.subarray(0, count)) {
      entryCount += (starts[item + 1] as number) - (starts[item] as number);
    }
    requireLength(items, count);
    requireLength(gram, (count - 1) * stride + count);
    requireLength(call.entries, 2 * entryCount);
    const scratch = [call.users, call.touched, call.entries].map(at);
    this.#exports.addLocalGram(...pointersOf(call.itemUsers), at(items), count, stride, ...scratch, at(gram));
  }

  sweepPivot(call: PivotCall): void {
    const { size, pivot, block } = call;
    requireLength(call.matrix, size * size);
    requireLength(call.factor, block * block);
    for (const buffer of [call.panels, call.left]) requireLength(buffer, block * size);
    requireLength(call.scratch, block * (size + block));
    const buffers = [call.factor, call.panels, call.left, call.scratch].map(at);
    this.#exports.sweepPivot(at(call.matrix), size, pivot, block, ...buffers);
  }

  sweepRows(call: SweepRowsCall): void {
    const { size, pivot, fromRow, toRow, block } = call;
    requireLength(call.matrix, size * size);
    for (const buffer of [call.panels, call.left]) requireLength(buffer, block * size);
    const rows = [size, pivot, fromRow, toRow];
    this.#exports.sweepRows(at(call.matrix), ...rows, at(call.left), at(call.panels), block);
  }

  mirrorScaled({ matrix, size, fromRow, toRow, factors }: MirrorCall): void {
    requireLength(matrix, size * size);
    requireLength(factors, size);
    this.#exports.mirrorScaled(at(matrix), size, fromRow, toRow, at(factors));
  }

  scaleColumns({ rows, rowCount, length, factors }: ScaleColumnsCall): void {
    requireLength(rows, rowCount * length);
    requireLength(factors, length);
    this.#exports.scaleColumns(at(rows), rowCount, length, at(factors));
  }

  addStandardized({ source, target, rowCount, length, weight }: StandardizeCall): void {
    requireLength(source, rowCount * length);
    requireLength(target, rowCount * length);
    this.#exports.addStandardized(at(source), at(target), rowCount, length, weight);
  }

  subtractProduct(call: ProductCall): void {
    const { targetOffset, targetStride, rowCount, depth, columnCount } = call;
    const { leftOffset = 0, rightOffset = 0 } = call;
    requireLength(call.target, targetOffset + (rowCount - 1) * targetStride + columnCount);
    requireLength(call.left, leftOffset + rowCount * depth);
    requireLength(call.right, rightOffset + depth * columnCount);
    const target = at(call.target) + 4 * targetOffset;
    const [left, right] = [at(call.left) + 4 * leftOffset, at(call.right) + 4 * rightOffset];
    this.#exports.subtractProduct(target, targetStride, rowCount, left, depth, right, columnCount);
  }

  scoreDenseInto(call: DenseScoreCall): void {
    const { stride, count } = call;
    requireLength(call.out, stride);
    call.out.view.fill(0, 0, stride);
    const [rows, weights] = [at(call.rowIndices), at(call.rowWeights)];
    this.#exports.addDenseRows(at(call.matrix), stride, rows, weights, count, at(call.out));
  }

  topKInto(scores: F32Buffer, length: number, k: number, out: U32Buffer, from = 0): number {
    const wanted = Math.min(k, length);
    requireLength(scores, from + length);
    requireLength(out, wanted);
    return this.#exports.topK(at(scores) + 4 * from, length, wanted, at(out));
  }

  #alloc<View>(type: ViewConstructor<View>, length: number): KernelBuffer<View> {
    return new WasmBuffer(this.#memory, type, length, this.#live);
  }
}

function pointersOf(rows: SparseRows): [number, number, number] {
  return [at(rows.indptr), at(rows.indices), at(rows.values)];
}
