import { describe, expect, it } from "vitest";
import type { Kernels } from "../../../../shared/engine/kernels/kernels.ts";
import { createScalarKernels } from "../../../../shared/engine/kernels/scalar-kernels.ts";
import { createRandom } from "../../../../shared/engine/random.ts";
import { f32, randomSparse, sparse } from "./kernel-fixture.ts";
import { loadWasmKernels } from "./load-kernels.ts";

const simd = loadWasmKernels();
const scalar = createScalarKernels();

function normals(seed: number, length: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length }, () => random.normal());
}

/** Largest difference right of or on the diagonal, as a share of the largest entry there. */
function upperError(actual: Float32Array, expected: Float32Array, size: number): number {
  let worst = 0;
  let largest = 0;
  for (let row = 0; row < size; row++) {
    for (let at = row * size + row; at < (row + 1) * size; at++) {
      worst = Math.max(worst, Math.abs((actual[at] as number) - (expected[at] as number)));
      largest = Math.max(largest, Math.abs(expected[at] as number));
    }
  }
  return worst / largest;
}

describe("a block sweep", () => {
  // Blocks with and without a group of two, at the start, in the middle and at the end.
  it.each([
    [8, 0, 8],
    [24, 8, 8],
    [40, 0, 24],
    [64, 16, 24],
    [88, 48, 40],
    [144, 72, 72],
  ])("of size %i at %i by %i rows is the same in both kernels", (size, pivot, block) => {
    const run = (kernels: Kernels): Float32Array => {
      const matrix = f32(kernels, normals(1, size * size));
      const lower = normals(2, block * block).map((entry, at) => (at % block > at / block ? 0 : entry));
      const [panels, left] = [kernels.allocF32(block * size), kernels.allocF32(block * size)];
      const scratch = kernels.allocF32(block * (size + block));
      const shape = { matrix, size, pivot, block, panels, left };
      kernels.sweepPivot({ ...shape, factor: f32(kernels, lower), scratch });
      // In two pieces, as a fit does.
      kernels.sweepRows({ ...shape, fromRow: 0, toRow: 6 });
      kernels.sweepRows({ ...shape, fromRow: 6, toRow: size });
      return matrix.view;
    };
    expect(upperError(run(simd), run(scalar), size)).toBeLessThan(1e-5);
  });

  it("eliminates a pivot as computed by hand", () => {
    // A_kk = 4 I, so −L⁻¹ = −½ I; with 6 beside it, Y = 3, R = 1.5, and 6² / 4 = 9 is taken from the corner.
    for (const kernels of [simd, scalar]) {
      const [size, block] = [16, 8];
      const matrix = kernels.allocF32(size * size);
      matrix.view[8] = 6;
      matrix.view[8 * size + 8] = 20;
      const factor = kernels.allocF32(block * block);
      for (let k = 0; k < block; k++) factor.view[k * (block + 1)] = -0.5;
      const [panels, left] = [kernels.allocF32(block * size), kernels.allocF32(block * size)];
      const shape = { matrix, size, pivot: 0, block, panels, left };
      kernels.sweepPivot({ ...shape, factor, scratch: kernels.allocF32(block * (size + block)) });
      kernels.sweepRows({ ...shape, fromRow: 0, toRow: size });
      expect(matrix.view[8]).toBe(1.5);
      expect(matrix.view[8 * size + 8]).toBe(11);
    }
  });
});

describe("mirroring", () => {
  it.each([8, 64, 72, 136])("a matrix of %i scales columns on both sides of the diagonal", (size) => {
    const values = normals(3, size * size);
    const factors = normals(4, size);
    for (const kernels of [simd, scalar]) {
      const matrix = f32(kernels, values);
      for (let fromRow = 0; fromRow < size; fromRow += 8) {
        kernels.mirrorScaled({ matrix, size, fromRow, toRow: fromRow + 8, factors: f32(kernels, factors) });
      }
      for (let row = 0; row < size; row++) {
        for (let column = 0; column < size; column++) {
          const source = values[row < column ? row * size + column : column * size + row] as number;
          const expected = row === column ? source : Math.fround(source * (factors[column] as number));
          expect(matrix.view[row * size + column]).toBe(expected);
        }
      }
    }
  });
});

describe("adding tails", () => {
  it.each([true, false])("gives the upper triangle of the Gram matrix, all values 1: %s", (areOnes) => {
    const columnCount = 17;
    const rows = randomSparse(createRandom(5), 30, columnCount).map((row) =>
      row.map(([column, value]): [number, number] => [column, areOnes ? 1 : value]),
    );
    for (const kernels of [simd, scalar]) {
      const wide = sparse(kernels, rows);
      const indices = kernels.allocI16(wide.indices.length);
      indices.view.set(wide.indices.view);
      const matrix = { ...wide, indices, values: areOnes ? null : wide.values };
      const cursors = kernels.allocU32(rows.length);
      cursors.view.set(matrix.indptr.view.subarray(0, rows.length));
      const out = kernels.allocF32(columnCount * columnCount);
      for (let column = 0; column < columnCount; column++) {
        const holders = rows.flatMap((row, at) => row.flatMap(([j, v]) => (j === column ? [{ at, v }] : [])));
        const rowIndices = kernels.allocU32(holders.length);
        rowIndices.view.set(holders.map(({ at }) => at));
        const weights = holders.map(({ v }) => v);
        const rowWeights = f32(kernels, weights);
        const lists = { matrix, cursors, rowIndices, rowWeights, count: holders.length };
        kernels.addTails({ ...lists, out, outOffset: column * columnCount });
      }
      for (let i = 0; i < columnCount; i++) {
        for (let j = 0; j < columnCount; j++) {
          const sum = rows.reduce((total, row) => {
            const weightOf = (column: number) => row.find(([at]) => at === column)?.[1] ?? 0;
            return total + weightOf(i) * weightOf(j);
          }, 0);
          expect(out.view[i * columnCount + j]).toBeCloseTo(j < i ? 0 : sum, 4);
        }
      }
    }
  });
});
