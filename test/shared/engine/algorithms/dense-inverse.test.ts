import { describe, expect, it } from "vitest";
import { DenseInverse } from "../../../../shared/engine/algorithms/dense-inverse.ts";
import { createScalarKernels } from "../../../../shared/engine/kernels/scalar-kernels.ts";
import { createRandom } from "../../../../shared/engine/random.ts";
import { loadWasmKernels } from "../kernels/load-kernels.ts";

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

describe("DenseInverse", () => {
  // Sizes below, at and above a block of 64, and with a last block that is not whole.
  it.each([8, 64, 72, 128, 200])("times the matrix is the unit matrix at size %i", (size) => {
    const original = positiveDefinite(size);
    for (const kernels of [loadWasmKernels(), createScalarKernels()]) {
      const matrix = kernels.allocF32(size * size);
      matrix.view.set(original);
      const inverse = new DenseInverse(kernels, matrix, size);
      while (!inverse.done) expect(inverse.step()).toBe(true);
      inverse.free();
      let worst = 0;
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          let sum = 0;
          for (let k = 0; k < size; k++) {
            sum += (original[i * size + k] as number) * (matrix.view[k * size + j] as number);
          }
          worst = Math.max(worst, Math.abs(sum - (i === j ? 1 : 0)));
        }
      }
      // The condition number times f32's 6e-8, and a margin for the sums.
      expect(worst).toBeLessThan(5e-5);
    }
  });

  it("says so when the matrix is not positive definite", () => {
    const kernels = loadWasmKernels();
    const inverse = new DenseInverse(kernels, kernels.allocF32(64), 8);
    expect(inverse.step()).toBe(false);
  });
});
