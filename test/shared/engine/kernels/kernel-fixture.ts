import {
  type F32Buffer,
  type Kernels,
  paddedDim,
  type SparseRows,
} from "../../../../shared/engine/kernels/kernels.ts";
import type { Random } from "../../../../shared/engine/random.ts";

export function f32(kernels: Kernels, values: ArrayLike<number>): F32Buffer {
  const buffer = kernels.allocF32(values.length);
  buffer.view.set(values);
  return buffer;
}

/** Rows of normals, padded with zeros. */
export function randomRows(random: Random, count: number, dim: number): Float32Array {
  const stride = paddedDim(dim);
  const rows = new Float32Array(count * stride);
  for (let row = 0; row < count; row++) {
    for (let k = 0; k < dim; k++) rows[row * stride + k] = random.normal();
  }
  return rows;
}

export function sparse(kernels: Kernels, rows: readonly (readonly [number, number][])[]): SparseRows {
  const indptr = kernels.allocU32(rows.length + 1);
  const entries = rows.flat();
  const indices = kernels.allocU32(entries.length);
  const values = f32(
    kernels,
    entries.map(([, value]) => value),
  );
  indices.view.set(entries.map(([column]) => column));
  rows.forEach((row, at) => {
    indptr.view[at + 1] = (indptr.view[at] as number) + row.length;
  });
  return { indptr, indices, values };
}

export function randomSparse(random: Random, rowCount: number, columnCount: number): [number, number][][] {
  return Array.from({ length: rowCount }, () => {
    const row: [number, number][] = [];
    for (let column = 0; column < columnCount; column++) {
      if (random.next() < 0.3) row.push([column, 0.5 + random.next()]);
    }
    return row;
  });
}
