import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { transposeInSteps } from "../../data/transpose.ts";
import { overRanges, overRows, type Steps } from "../../in-steps.ts";
import type { FitInput } from "../fit/algorithm.ts";
import { raiseValues } from "../weighting/weight-powers.ts";

/** What items are regressed on, in both orders. */
export interface RegressionData {
  readonly userItems: CsrMatrix;
  readonly itemUsers: CsrMatrix;
  /** The power that is still due of the values. */
  readonly weightPower: number;
}

/**
 * [X; √w · Fᵀ]: below the users, a row for each feature of items, as if it were a user who has the items with that feature (Ning and
 * Karypis 2012). The weights of interactions are raised first, those of features are not. Columns with values below 0, which
 * numbers have, are no users and stay empty. Without features, or with w = 0, the data are those of the input.
 */
export function* withFeatureRows(
  { userItems, itemUsers, features }: Pick<FitInput, "userItems" | "itemUsers" | "features">,
  { weight_power: weightPower, feature_weight: weight }: Record<"weight_power" | "feature_weight", number>,
): Steps<RegressionData> {
  const items = features?.items;
  if (weight === 0 || !items || items.columnCount === 0) return { userItems, itemUsers, weightPower };
  const ofItems = yield* labelsOf(items, Math.sqrt(weight));
  const byUser = yield* raiseValues(userItems, weightPower);
  const byItem = yield* raiseValues(itemUsers, weightPower);
  return {
    userItems: below(byUser, yield* transposeInSteps(ofItems)),
    itemUsers: yield* beside(byItem, ofItems),
    weightPower: 1,
  };
}

/** The columns without values below 0, times `factor`; the entries of others are left out. */
function* labelsOf(matrix: CsrMatrix, factor: number): Steps<CsrMatrix> {
  const { rowCount, columnCount, indptr, indices, values } = matrix;
  const isNumber = new Uint8Array(columnCount);
  yield* overRanges(values.length, (from, to) => {
    for (let at = from; at < to; at++) {
      if ((values[at] as number) < 0) isNumber[indices[at] as number] = 1;
    }
  });
  const kept = { indptr: new Uint32Array(rowCount + 1), indices: indices.slice(), values: values.slice() };
  let end = 0;
  yield* overRows(matrix, (fromRow, toRow) => {
    for (let row = fromRow; row < toRow; row++) {
      for (let at = indptr[row] as number; at < (indptr[row + 1] as number); at++) {
        const column = indices[at] as number;
        if (isNumber[column] === 1) continue;
        kept.indices[end] = column;
        kept.values[end++] = factor * (values[at] as number);
      }
      kept.indptr[row + 1] = end;
    }
  });
  return {
    ...{ rowCount, columnCount, indptr: kept.indptr },
    ...{ indices: kept.indices.slice(0, end), values: kept.values.slice(0, end) },
  };
}

/** The rows of one matrix, then those of another. */
function below(upper: CsrMatrix, lower: CsrMatrix): CsrMatrix {
  const { rowCount, columnCount, indptr, indices, values } = upper;
  const count = indices.length;
  const joined = {
    ...{ rowCount: rowCount + lower.rowCount, columnCount },
    indptr: new Uint32Array(rowCount + lower.rowCount + 1),
    indices: new Uint32Array(count + lower.indices.length),
    values: new Float32Array(count + lower.indices.length),
  };
  joined.indptr.set(indptr);
  for (let row = 1; row <= lower.rowCount; row++) {
    joined.indptr[rowCount + row] = count + (lower.indptr[row] as number);
  }
  joined.indices.set(indices);
  joined.indices.set(lower.indices, count);
  joined.values.set(values);
  joined.values.set(lower.values, count);
  return joined;
}

/** Each row of one matrix, then that of another. */
function* beside(left: CsrMatrix, right: CsrMatrix): Steps<CsrMatrix> {
  const { rowCount, columnCount } = left;
  const length = left.indices.length + right.indices.length;
  const joined = {
    ...{ rowCount, columnCount: columnCount + right.columnCount },
    indptr: left.indptr.map((start, row) => start + (right.indptr[row] as number)),
    indices: new Uint32Array(length),
    values: new Float32Array(length),
  };
  const copy = ({ indptr, indices, values }: CsrMatrix, row: number, to: number, shift: number) => {
    const [from, end] = [indptr[row] as number, indptr[row + 1] as number];
    for (let at = from; at < end; at++) {
      joined.indices[to + at - from] = shift + (indices[at] as number);
      joined.values[to + at - from] = values[at] as number;
    }
    return to + end - from;
  };
  yield* overRows(joined, (fromRow, toRow) => {
    for (let row = fromRow; row < toRow; row++) {
      const middle = copy(left, row, joined.indptr[row] as number, 0);
      copy(right, row, middle, columnCount);
    }
  });
  return joined;
}
