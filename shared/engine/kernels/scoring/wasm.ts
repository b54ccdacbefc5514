import type { F32Buffer, U32Buffer } from "../memory/buffers.ts";
import { at, requireLength } from "../memory/wasm-buffer.ts";
import type {
  CoarseBoundCall,
  DenseScoreCall,
  Int8ScoreCall,
  ScaleColumnsCall,
  ScoreCall,
  ScoringKernels,
  StandardizeCall,
} from "./calls.ts";

/** What the assembly exports for it; pointers and sizes are numbers. */
export interface ScoringExports {
  score(...args: number[]): void;
  scoreInt8(...args: number[]): void;
  boundCoarse(...args: number[]): void;
  addDenseRows(...args: number[]): void;
  scaleColumns(rows: number, rowCount: number, length: number, factors: number): void;
  addStandardized(...args: number[]): void;
  topK(scores: number, length: number, k: number, out: number): number;
  collectAbove(scores: number, length: number, bar: number, capacity: number, out: number): number;
}

export function wasmScoring(exports: ScoringExports): ScoringKernels {
  return {
    scoreInto(call: ScoreCall): void {
      const { dim, rowCount, vectorCount, vectorOffset } = call;
      requireLength(call.factors, rowCount * dim);
      requireLength(call.vectors, vectorOffset + vectorCount * dim);
      requireLength(call.out, vectorCount * rowCount);
      const vectors = at(call.vectors) + 4 * vectorOffset;
      exports.score(at(call.factors), dim, rowCount, vectors, vectorCount, at(call.out));
    },

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
      exports.scoreInt8(factors, scales, dim, rowCount, vectors, vectorScales, vectorCount, out);
    },

    boundCoarseInto(call: CoarseBoundCall): void {
      const { dim, fromRow, toRow, vectorScale, slack } = call;
      requireLength(call.factors, toRow * dim);
      for (const buffer of [call.shifts, call.scales, call.lengths, call.out]) requireLength(buffer, toRow);
      requireLength(call.vector, dim);
      const rows = [at(call.factors), at(call.shifts), at(call.scales), at(call.lengths)];
      exports.boundCoarse(...rows, dim, fromRow, toRow, at(call.vector), vectorScale, slack, at(call.out));
    },

    scoreDenseInto(call: DenseScoreCall): void {
      const { stride, count } = call;
      requireLength(call.out, stride);
      call.out.view.fill(0, 0, stride);
      const [rows, weights] = [at(call.rowIndices), at(call.rowWeights)];
      exports.addDenseRows(at(call.matrix), stride, rows, weights, count, at(call.out));
    },

    scaleColumns({ rows, rowCount, length, factors }: ScaleColumnsCall): void {
      requireLength(rows, rowCount * length);
      requireLength(factors, length);
      exports.scaleColumns(at(rows), rowCount, length, at(factors));
    },

    addStandardized({ source, target, rowCount, length, weight }: StandardizeCall): void {
      requireLength(source, rowCount * length);
      requireLength(target, rowCount * length);
      exports.addStandardized(at(source), at(target), rowCount, length, weight);
    },

    topKInto(scores: F32Buffer, length: number, k: number, out: U32Buffer, from = 0): number {
      const wanted = Math.min(k, length);
      requireLength(scores, from + length);
      requireLength(out, wanted);
      return exports.topK(at(scores) + 4 * from, length, wanted, at(out));
    },

    collectAbove(scores: F32Buffer, length: number, bar: number, out: U32Buffer): number {
      requireLength(scores, length);
      return exports.collectAbove(at(scores), length, bar, out.length, at(out));
    },
  };
}
