import { deviationOf } from "../../rank/deviation.ts";
import { topKInto } from "../../rank/top-k.ts";
import { dot } from "../dense/scalar-loops.ts";
import type { F32Buffer, U32Buffer } from "../memory/buffers.ts";
import type {
  CoarseBoundCall,
  DenseScoreCall,
  Int8ScoreCall,
  ScaleColumnsCall,
  ScoreCall,
  ScoringKernels,
  StandardizeCall,
} from "./calls.ts";
import { COARSE_ZERO } from "./calls.ts";

function scoreInto({ factors, dim, rowCount, vectors, vectorOffset, vectorCount, out }: ScoreCall): void {
  for (let vector = 0; vector < vectorCount; vector++) {
    for (let row = 0; row < rowCount; row++) {
      const offset = vectorOffset + vector * dim;
      out.view[vector * rowCount + row] = dot(vectors.view, offset, factors.view, row * dim, dim);
    }
  }
}

function scoreInt8Into(call: Int8ScoreCall): void {
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

function boundCoarseInto(call: CoarseBoundCall): void {
  const { factors, scales, lengths, dim, fromRow, toRow, vector, out } = call;
  const [vectorScale, slack] = [Math.fround(call.vectorScale), Math.fround(call.slack)];
  for (let row = fromRow; row < toRow; row++) {
    let sum = 0;
    for (let k = 0; k < dim; k++) {
      sum += (factors.view[row * dim + k] as number) * ((vector.view[k] as number) - COARSE_ZERO);
    }
    const scale = Math.fround((scales.view[row] as number) * vectorScale);
    const score = Math.fround(Math.fround(sum) * scale);
    out.view[row] = score + Math.fround((lengths.view[row] as number) * slack);
  }
}

function scoreDenseInto({ matrix, stride, rowIndices, rowWeights, count, out }: DenseScoreCall): void {
  out.view.fill(0, 0, stride);
  for (let s = 0; s < count; s++) {
    const row = (rowIndices.view[s] as number) * stride;
    const weight = rowWeights.view[s] as number;
    for (let k = 0; k < stride; k++) {
      out.view[k] = (out.view[k] as number) + weight * (matrix.view[row + k] as number);
    }
  }
}

function scaleColumns({ rows, rowCount, length, factors }: ScaleColumnsCall): void {
  for (let row = 0; row < rowCount; row++) {
    const start = row * length;
    for (let at = 0; at < length; at++) {
      rows.view[start + at] = (rows.view[start + at] as number) * (factors.view[at] as number);
    }
  }
}

function addStandardized({ source, target, rowCount, length, weight }: StandardizeCall): void {
  for (let row = 0; row < rowCount; row++) {
    const start = row * length;
    const values = source.view.subarray(start, start + length);
    const deviation = deviationOf(values);
    if (deviation === 0) continue;
    const factor = weight / deviation;
    for (let at = 0; at < length; at++) {
      target.view[start + at] = (target.view[start + at] as number) + factor * (values[at] as number);
    }
  }
}

function topKIntoBuffer(scores: F32Buffer, length: number, k: number, out: U32Buffer, from = 0): number {
  return topKInto(scores.view.subarray(from, from + length), k, out.view);
}

function collectAbove(scores: F32Buffer, length: number, bar: number, out: U32Buffer): number {
  let count = 0;
  for (let index = 0; index < length; index++) {
    if (!((scores.view[index] as number) >= Math.fround(bar))) continue;
    if (count < out.length) out.view[count] = index;
    count++;
  }
  return count;
}

/** The reference for scoring catalogues and people together; sums in f64, results rounded to f32. */
export const scalarScoring: ScoringKernels = {
  scoreInto,
  scoreInt8Into,
  boundCoarseInto,
  scoreDenseInto,
  scaleColumns,
  addStandardized,
  topKInto: topKIntoBuffer,
  collectAbove,
};
