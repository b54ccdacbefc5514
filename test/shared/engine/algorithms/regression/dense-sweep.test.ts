import { describe, expect, it } from "vitest";
import { DenseSweep } from "../../../../../shared/engine/algorithms/regression/dense-sweep.ts";
import { createScalarKernels } from "../../../../../shared/engine/kernels/scalar-kernels.ts";
import { createRandom } from "../../../../../shared/engine/random.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";

/** A random Gram matrix plus a ridge; its condition number is below 100. */
function positiveDefinite(size: number): Float32Array {
  const random = createRandom(size);
  const rows = Array.from({ length: 2 * size }, () => Array.from({ length: size }, () => random.normal()));
  const matrix = new Float32Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const product = rows.reduce((sum, row) => sum + (row[i] as number) * (row[j] as number), 0);
      matrix[i * size + j] = product + (i === j ? size : 0);
    }
  }
  return matrix;
}

describe("DenseSweep", () => {
  // Sizes below, at and above a block of 72, and with a last block and last groups of rows that are not whole.
  it.each([8, 64, 72, 80, 144, 200, 208])("leaves minus the inverse at size %i", (size) => {
    const original = positiveDefinite(size);
    for (const kernels of [loadWasmKernels(), createScalarKernels()]) {
      const matrix = kernels.allocF32(size * size);
      matrix.view.set(original);
      // The sweep does not read entries left of the diagonal.
      for (let i = 0; i < size; i++) matrix.view.fill(Number.NaN, i * size, i * size + i);
      const sweep = new DenseSweep(kernels, matrix, size);
      while (!sweep.done) expect(sweep.step()).toBe(true);
      sweep.free();
      const entryOf = (i: number, j: number) =>
        -(matrix.view[i <= j ? i * size + j : j * size + i] as number);
      let worst = 0;
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          let sum = 0;
          for (let k = 0; k < size; k++) sum += (original[i * size + k] as number) * entryOf(k, j);
          worst = Math.max(worst, Math.abs(sum - (i === j ? 1 : 0)));
        }
      }
      // The condition number times f32's 6e-8.
      expect(worst).toBeLessThan(5e-6);
    }
  });

  it("keeps four digits where the condition number is 10⁵", () => {
    // A ridge of 1 beside one direction of 10⁵ that all items share: the inverse is I − 11ᵀ / (1 + s · size) · s.
    const size = 256;
    const strength = 1e5 / size;
    const kernels = loadWasmKernels();
    const matrix = kernels.allocF32(size * size);
    matrix.view.fill(strength);
    for (let i = 0; i < size; i++) matrix.view[i * (size + 1)] = strength + 1;
    const sweep = new DenseSweep(kernels, matrix, size);
    while (!sweep.done) sweep.step();
    const shared = strength / (1 + strength * size);
    expect(Math.abs(-(matrix.view[0] as number) / (1 - shared) - 1)).toBeLessThan(1e-4);
    expect(Math.abs((matrix.view[size - 1] as number) / shared - 1)).toBeLessThan(1e-2);
  });

  it("says so when the matrix is not positive definite", () => {
    const kernels = loadWasmKernels();
    const sweep = new DenseSweep(kernels, kernels.allocF32(64), 8);
    expect(sweep.step()).toBe(false);
  });
});
