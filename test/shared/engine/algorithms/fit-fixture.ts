import {
  ALGORITHMS,
  type AlgorithmName,
  type AlgorithmParams,
} from "../../../../shared/contract/algorithms.ts";
import type {
  FitInput,
  FitTask,
  Model,
  Profile,
} from "../../../../shared/engine/algorithms/fit/algorithm.ts";
import { algorithmOf } from "../../../../shared/engine/algorithms/registry.ts";
import type { CsrMatrix } from "../../../../shared/engine/data/csr-matrix.ts";
import { csrRow } from "../../../../shared/engine/data/csr-row.ts";
import type { FeatureMatrix } from "../../../../shared/engine/data/side-features.ts";
import { transpose } from "../../../../shared/engine/data/transpose.ts";
import { matrixOfVectors } from "../../../../shared/engine/features/feature-matrix.ts";
import { directionOf } from "../../../../shared/engine/features/read-vector.ts";
import type { Kernels } from "../../../../shared/engine/kernels/kernels.ts";
import { createRandom } from "../../../../shared/engine/random.ts";

/** A user-items matrix from dense rows; zeros are not stored. */
export function matrixOf(
  rows: readonly (readonly number[])[],
  columnCount = rows[0]?.length ?? 0,
): CsrMatrix {
  const indptr = new Uint32Array(rows.length + 1);
  const indices: number[] = [];
  const values: number[] = [];
  rows.forEach((row, at) => {
    row.forEach((value, column) => {
      if (value === 0) return;
      indices.push(column);
      values.push(value);
    });
    indptr[at + 1] = indices.length;
  });
  return {
    rowCount: rows.length,
    columnCount,
    indptr,
    indices: Uint32Array.from(indices),
    values: Float32Array.from(values),
  };
}

/** Random interactions with whole weights from 1 to 5, a few users and items without any. */
export function randomRows(userCount: number, itemCount: number, seed: number, density = 0.2): number[][] {
  const random = createRandom(seed);
  return Array.from({ length: userCount }, (_, user) =>
    Array.from({ length: itemCount }, (_value, item) => {
      const isEmpty = user === 2 || item === 3;
      return !isEmpty && random.next() < density ? 1 + random.below(5) : 0;
    }),
  );
}

/** Users and items of equal parity belong together; each user lacks one of their items, which the model must recover. */
export function checkerboardRows(
  userCount: number,
  itemCount: number,
): { rows: number[][]; lacking: number[] } {
  const perSide = Math.floor(itemCount / 2);
  const lacking = Array.from({ length: userCount }, (_, user) => 2 * ((user >> 1) % perSide) + (user % 2));
  const rows = lacking.map((lacked, user) =>
    Array.from({ length: itemCount }, (_, item) => (item % 2 === user % 2 && item !== lacked ? 1 : 0)),
  );
  return { rows, lacking };
}

export function inputOf(userItems: CsrMatrix, kernels: Kernels, seed = 42): FitInput {
  return { userItems, itemUsers: transpose(userItems), kernels, seed };
}

export function runToEnd(task: FitTask): Model {
  while (!task.done) task.step();
  const model = task.model();
  task.dispose();
  return model;
}

export function fitModel(name: AlgorithmName, input: FitInput, params: AlgorithmParams): Model {
  return runToEnd(algorithmOf(name).begin(withTables(name, input), params));
}

/** Gives items their users as labels, or as vectors, where the algorithm cannot do without a table of items. */
export function withTables(name: AlgorithmName, input: FitInput): FitInput {
  const needs: readonly string[] = ALGORITHMS[name].needsTables;
  if (input.features || needs.length !== 1 || needs.includes("users")) return input;
  const { itemUsers } = input;
  if (needs.includes("vectors"))
    return { ...input, features: { items: vectorTable(rowsOfMatrix(itemUsers)) } };
  return { ...input, features: { items: { ...itemUsers, values: itemUsers.values.slice().fill(1) } } };
}

/** A table of items that has nothing but vectors. */
export function vectorTable(rows: readonly (readonly number[])[]): FeatureMatrix {
  const vectors = rows.map((row) => {
    const vector = directionOf(row);
    return { indices: new Uint32Array(), values: new Float32Array(), ...(vector && { vector }) };
  });
  return matrixOfVectors(vectors, 0, [rows[0]?.length ?? 0]);
}

function rowsOfMatrix(matrix: CsrMatrix): number[][] {
  return Array.from({ length: matrix.rowCount }, (_, row) => {
    const dense = new Array<number>(matrix.columnCount).fill(0);
    for (const index of csrRow(matrix, row).indices) dense[index] = 1;
    return dense;
  });
}

export function profileOf(matrix: CsrMatrix, userIndex: number): Profile {
  return csrRow(matrix, userIndex);
}

export function scoreProfile(model: Model, profile: Profile): Float32Array {
  const out = new Float32Array(model.itemCount);
  model.scoreProfileInto(profile, out);
  return out;
}

/** Scores of every user of a matrix, by profile. */
export function scoreAll(model: Model, matrix: CsrMatrix): Float32Array[] {
  return Array.from({ length: matrix.rowCount }, (_, user) => scoreProfile(model, profileOf(matrix, user)));
}

/** The scores of all items for a profile of one item with weight 1. */
export function similarityRow(model: Model, item: number): number[] {
  return [...scoreProfile(model, { indices: Uint32Array.of(item), weights: Float32Array.of(1) })];
}
