import { topKInto } from "../rank/top-k.ts";
import type {
  ElasticNetCall,
  NonNegativeCall,
  PairFilterCall,
  PreconditionedCall,
  RankingCall,
  RowProductCall,
  RowSolveCall,
  SparseProductCall,
  SubspaceCall,
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
  PANEL_COLUMNS,
  type ProductCall,
  type ScoreCall,
  type SelectCall,
  type SparseScoreCall,
  type U32Buffer,
} from "./kernels.ts";
import { addLocalGram, type LocalGramCall } from "./local-gram.ts";
import type { ScaleColumnsCall, StandardizeCall } from "./row-calls.ts";
import { addScaled, dot, forEachEntry, stepRow } from "./scalar-conjugate-gradient.ts";
import {
  descendElasticNet,
  descendNonNegative,
  multiplySparse,
  rowSystem,
  subspaceSystem,
} from "./scalar-factor-kernels.ts";
import { multiplyRows, stepPreconditioned } from "./scalar-preconditioned.ts";
import { fillPairFilter, trainRanking } from "./scalar-ranking.ts";
import { addStandardized, scaleColumns } from "./scalar-row-kernels.ts";
import { addTails, mirrorScaled, sweepPivot, sweepRows } from "./scalar-sweep.ts";
import type { MirrorCall, PivotCall, SweepRowsCall, TailsCall } from "./sweep-calls.ts";

/**
 * Creates the reference kernels: plain TypeScript, sums in f64, results rounded to f32. They run without WebAssembly and give the
 * expected results for tests of the SIMD kernels.
 */
export function createScalarKernels(): Kernels {
  return new ScalarKernels();
}

type AnyView = Float32Array | Uint32Array | Int16Array | Int8Array;

class ScalarBuffer<View extends AnyView> implements KernelBuffer<View> {
  readonly length: number;
  readonly #onFree: (buffer: ScalarBuffer<View>) => void;
  #view: View | null;

  constructor(view: View, onFree: (buffer: ScalarBuffer<View>) => void) {
    this.length = view.length;
    this.#view = view;
    this.#onFree = onFree;
  }

  get view(): View {
    if (this.#view === null) throw new TypeError("A kernel buffer was used after it was freed.");
    return this.#view;
  }

  free(): void {
    if (this.#view === null) return;
    this.#onFree(this);
    this.#view = null;
  }
}

class ScalarKernels implements Kernels {
  readonly kind = "scalar";
  readonly #live = new Set<KernelBuffer<AnyView>>();

  get allocatedBytes(): number {
    let bytes = 0;
    for (const buffer of this.#live) bytes += buffer.view.byteLength;
    return bytes;
  }

  allocF32(length: number): F32Buffer {
    return this.#track(new Float32Array(length));
  }

  allocU32(length: number): U32Buffer {
    return this.#track(new Uint32Array(length));
  }

  allocI16(length: number): I16Buffer {
    return this.#track(new Int16Array(length));
  }

  allocI8(length: number): I8Buffer {
    return this.#track(new Int8Array(length));
  }

  freeAll(): void {
    for (const buffer of [...this.#live]) buffer.free();
  }

  scoreInto({ factors, dim, rowCount, vectors, vectorOffset, vectorCount, out }: ScoreCall): void {
    for (let vector = 0; vector < vectorCount; vector++) {
      for (let row = 0; row < rowCount; row++) {
        const offset = vectorOffset + vector * dim;
        out.view[vector * rowCount + row] = dot(vectors.view, offset, factors.view, row * dim, dim);
      }
    }
  }

  scoreInt8Into(call: Int8ScoreCall): void {
    const { factors, scales, dim, rowCount, vectors, vectorScales, vectorCount, out } = call;
    for (let vector = 0; vector < vectorCount; vector++) {
      for (let row = 0; row < rowCount; row++) {
        let sum = 0;
        for (let k = 0; k < dim; k++) {
          sum += (factors.view[row * dim + k] as number) * (vectors.view[vector * dim + k] as number);
        }
        const scale = Math.fround((scales.view[row] as number) * (vectorScales.view[vector] as number));
        out.view[vector * rowCount + row] = Math.fround(sum) * scale;
      }
    }
  }

  addGram({ factors, dim, fromRow, toRow, gram }: GramCall): void {
    const y = factors.view;
    for (let i = 0; i < dim; i++) {
      for (let j = 0; j < dim; j++) {
        let sum = gram.view[i * dim + j] as number;
        for (let at = fromRow * dim; at < toRow * dim; at += dim) {
          sum += (y[at + i] as number) * (y[at + j] as number);
        }
        gram.view[i * dim + j] = sum;
      }
    }
  }

  solveCholesky(matrix: F32Buffer, dim: number, vector: F32Buffer): boolean {
    const lower = matrix.view;
    if (!factorize(lower, dim)) return false;
    const x = vector.view;
    for (let i = 0; i < dim; i++) {
      x[i] = ((x[i] as number) - dot(lower, i * dim, x, 0, i)) / (lower[i * dim + i] as number);
    }
    for (let i = dim - 1; i >= 0; i--) {
      let sum = x[i] as number;
      for (let k = i + 1; k < dim; k++) sum -= (lower[k * dim + i] as number) * (x[k] as number);
      x[i] = sum / (lower[i * dim + i] as number);
    }
    return true;
  }

  stepConjugateGradient(call: ConjugateGradientCall): void {
    const { indptr } = call.rows;
    for (let row = 0; row < call.rowCount; row++) {
      const x = call.solved.view.subarray(
        (call.fromRow + row) * call.dim,
        (call.fromRow + row + 1) * call.dim,
      );
      if (indptr.view[row] === indptr.view[row + 1]) x.fill(0);
      else stepRow(call, row, x);
    }
  }

  stepPreconditioned(call: PreconditionedCall): void {
    stepPreconditioned(call);
  }

  multiplyRows(call: RowProductCall): void {
    multiplyRows(call);
  }

  solveRows(call: RowSolveCall): number {
    const { dim, fromRow, rowCount } = call;
    const matrix = this.allocF32(dim * dim);
    const right = this.allocF32(dim);
    let failures = 0;
    for (let row = 0; row < rowCount; row++) {
      const isPresent = rowSystem(call, row, matrix.view, right.view);
      if (isPresent && !this.solveCholesky(matrix, dim, right)) {
        right.view.fill(0);
        failures++;
      }
      call.solved.view.set(right.view, (fromRow + row) * dim);
    }
    matrix.free();
    right.free();
    return failures;
  }

  stepSubspaces(call: SubspaceCall): number {
    const { dim, fromRow, rowCount, block } = call;
    let failures = 0;
    for (let row = 0; row < rowCount; row++) {
      const x = call.solved.view.subarray((fromRow + row) * dim, (fromRow + row + 1) * dim);
      for (let begin = 0; begin < dim; begin += block) {
        const width = Math.min(block, dim - begin);
        const matrix = this.allocF32(width * width);
        const step = this.allocF32(width);
        const isPresent = subspaceSystem(call, row, { begin, width }, matrix.view, step.view);
        if (!isPresent) x.fill(0);
        else if (this.solveCholesky(matrix, width, step))
          addScaled(x.subarray(begin, begin + width), 1, step.view);
        else failures++;
        matrix.free();
        step.free();
      }
    }
    return failures;
  }

  multiplySparse(call: SparseProductCall): void {
    multiplySparse(call);
  }

  descendNonNegative(call: NonNegativeCall): number {
    return descendNonNegative(call);
  }

  descendElasticNet(call: ElasticNetCall): number {
    return descendElasticNet(call);
  }

  fillPairFilter(call: PairFilterCall): void {
    fillPairFilter(call);
  }

  trainRanking(call: RankingCall): void {
    trainRanking(call);
  }

  accumulateRows({ matrix, sources, source, sums, touched, marks, mark }: AccumulateCall): number {
    let touchedCount = 0;
    forEachEntry(sources.indptr.view, source, (s) => {
      const weight = sources.values.view[s] as number;
      forEachEntry(matrix.indptr.view, sources.indices.view[s] as number, (at) => {
        const column = matrix.indices.view[at] as number;
        const share = weight * (matrix.values.view[at] as number);
        if (marks.view[column] === mark) {
          sums.view[column] = (sums.view[column] as number) + share;
          return;
        }
        marks.view[column] = mark;
        sums.view[column] = share;
        touched.view[touchedCount++] = column;
      });
    });
    return touchedCount;
  }

  selectLargest({ sums, touched, touchedCount, k }: SelectCall): number {
    const bySum = (a: number, b: number) => (sums.view[b] as number) - (sums.view[a] as number) || a - b;
    touched.view.subarray(0, touchedCount).sort(bySum);
    const count = Math.min(k, touchedCount);
    touched.view.subarray(0, count).sort();
    return count;
  }

  scoreSparseInto(call: SparseScoreCall): void {
    const { columnCount, outOffset = 0 } = call;
    call.out.view.fill(0, outOffset, outOffset + columnCount);
    this.addSparseRows(call);
  }

  addSparseRows({ matrix, rowIndices, rowWeights, count, out, outOffset = 0 }: SparseScoreCall): void {
    for (let s = 0; s < count; s++) {
      const weight = rowWeights.view[s] as number;
      forEachEntry(matrix.indptr.view, rowIndices.view[s] as number, (at) => {
        const target = outOffset + (matrix.indices.view[at] as number);
        out.view[target] = (out.view[target] as number) + weight * (matrix.values.view[at] as number);
      });
    }
  }

  addTails(call: TailsCall): void {
    addTails(call);
  }

  sweepPivot(call: PivotCall): void {
    sweepPivot(call);
  }

  sweepRows(call: SweepRowsCall): void {
    sweepRows(call);
  }

  mirrorScaled(call: MirrorCall): void {
    mirrorScaled(call);
  }

  addLocalGram(call: LocalGramCall): void {
    addLocalGram(call);
  }

  subtractProduct(call: ProductCall): void {
    const { target, targetOffset, targetStride, rowCount, left, depth, right, columnCount } = call;
    const { leftOffset = 0, rightOffset = 0 } = call;
    for (let row = 0; row < rowCount; row++) {
      for (let column = 0; column < columnCount; column++) {
        const lane = column % PANEL_COLUMNS;
        const panel = rightOffset + (column - lane) * depth + lane;
        let sum = 0;
        for (let k = 0; k < depth; k++) {
          sum +=
            (left.view[leftOffset + row * depth + k] as number) *
            (right.view[panel + k * PANEL_COLUMNS] as number);
        }
        const at = targetOffset + row * targetStride + column;
        target.view[at] = (target.view[at] as number) - sum;
      }
    }
  }

  scoreDenseInto({ matrix, stride, rowIndices, rowWeights, count, out }: DenseScoreCall): void {
    out.view.fill(0, 0, stride);
    for (let s = 0; s < count; s++) {
      const row = (rowIndices.view[s] as number) * stride;
      const weight = rowWeights.view[s] as number;
      for (let k = 0; k < stride; k++) {
        out.view[k] = (out.view[k] as number) + weight * (matrix.view[row + k] as number);
      }
    }
  }

  scaleColumns(call: ScaleColumnsCall): void {
    scaleColumns(call);
  }

  addStandardized(call: StandardizeCall): void {
    addStandardized(call);
  }

  topKInto(scores: F32Buffer, length: number, k: number, out: U32Buffer, from = 0): number {
    return topKInto(scores.view.subarray(from, from + length), k, out.view);
  }

  #track<View extends AnyView>(view: View): KernelBuffer<View> {
    const buffer = new ScalarBuffer(view, (freed) => this.#live.delete(freed));
    this.#live.add(buffer);
    return buffer;
  }
}

function factorize(matrix: Float32Array, dim: number): boolean {
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j <= i; j++) {
      const rest = (matrix[i * dim + j] as number) - dot(matrix, i * dim, matrix, j * dim, j);
      if (i === j && !(rest > 0)) return false;
      matrix[i * dim + j] = i === j ? Math.sqrt(rest) : rest / (matrix[j * dim + j] as number);
    }
  }
  return true;
}
