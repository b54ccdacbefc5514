import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { overRanges, type Steps } from "../../in-steps.ts";

/** Σ of the squares of each column, entries replaced by `values`. */
export function* squaredColumnNorms(
  { columnCount, indices }: Pick<CsrMatrix, "columnCount" | "indices">,
  values: Float32Array,
): Steps<Float64Array> {
  const squares = new Float64Array(columnCount);
  yield* overRanges(values.length, (from, to) => {
    for (let at = from; at < to; at++) {
      const column = indices[at] as number;
      const value = values[at] as number;
      squares[column] = (squares[column] as number) + value * value;
    }
  });
  return squares;
}

/** Euclidean norm of each column, entries replaced by `values`, to the power given. */
export function* columnNorms(matrix: CsrMatrix, values: Float32Array, power = 1): Steps<Float64Array> {
  const norms = yield* squaredColumnNorms(matrix, values);
  for (let column = 0; column < norms.length; column++) {
    norms[column] = Math.sqrt(norms[column] as number) ** power;
  }
  return norms;
}
