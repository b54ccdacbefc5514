import { afterEach, describe, expect, it } from "vitest";
import { type Kernels, paddedDim } from "../../../../shared/engine/kernels/kernels.ts";
import { conjugateGradientScratch } from "../../../../shared/engine/kernels/row-solvers/calls.ts";
import { createScalarKernels } from "../../../../shared/engine/kernels/scalar-kernels.ts";
import { createRandom } from "../../../../shared/engine/random.ts";
import { f32, randomRows, randomSparse, sparse } from "./kernel-fixture.ts";
import { loadWasmKernels } from "./load-kernels.ts";

const simd = loadWasmKernels();
const scalar = createScalarKernels();
const DIMS = Array.from({ length: 65 }, (_, at) => at + 1);

afterEach(() => {
  simd.freeAll();
  scalar.freeAll();
});

/** Largest difference, relative to the largest expected value. */
function relativeError(actual: Float32Array, expected: Float32Array): number {
  let difference = 0;
  let size = 1e-30;
  expected.forEach((value, at) => {
    difference = Math.max(difference, Math.abs(value - (actual[at] as number)));
    size = Math.max(size, Math.abs(value));
  });
  return difference / size;
}

describe("stepConjugateGradient", () => {
  function solve(kernels: Kernels, dim: number, steps: number, seed: number, hasPrior = false): Float32Array {
    const random = createRandom(seed);
    const stride = paddedDim(dim);
    const fixed = f32(kernels, randomRows(random, 30, dim));
    const solved = f32(kernels, randomRows(random, 21, dim));
    const gram = kernels.allocF32(stride * stride);
    kernels.addGram({ factors: fixed, dim: stride, fromRow: 0, toRow: 30, gram });
    const rows = randomSparse(random, 19, 30);
    rows[4] = [];
    kernels.stepConjugateGradient({
      fixed,
      solved,
      fromRow: 1,
      rowCount: 19,
      dim: stride,
      gram,
      rows: sparse(kernels, rows),
      ridge: f32(
        kernels,
        Float32Array.from({ length: 19 }, () => 5 + random.next()),
      ),
      ...(hasPrior && { prior: f32(kernels, randomRows(random, 21, dim)) }),
      steps,
      scratch: kernels.allocF32(conjugateGradientScratch(stride)),
    });
    return solved.view.slice();
  }

  // Rounding changes each step a little: two sum orders differ by some 1e-6 a step on these well-conditioned rows.
  it.each(DIMS)("equals the scalar kernel at dim %i", (dim) => {
    for (const hasPrior of [false, true]) {
      const [found, expected] = [simd, scalar].map((kernels) => solve(kernels, dim, 3, dim, hasPrior));
      expect(relativeError(found as Float32Array, expected as Float32Array)).toBeLessThan(5e-5);
    }
  });

  it("touches only its rows, and makes a row without interactions zero", () => {
    const [none, some] = [0, 3].map((steps) => solve(simd, 16, steps, 9)) as [Float32Array, Float32Array];
    expect(some.slice(0, 16)).toEqual(none.slice(0, 16));
    expect(some.slice(20 * 16)).toEqual(none.slice(20 * 16));
    expect(some.slice(5 * 16, 6 * 16).every((value) => value === 0)).toBe(true);
  });

  it("converges to the solution of the system", () => {
    // 1 × 1: gram 2, interactions c = 3 with q = 0.5 and ridge 1: (2 + 3·0.25 + 1) x = 3·0.5, so x = 0.4; with the prior 1.5
    // the right side is 1 · 1.5 larger, and x = 0.8.
    const cases = [simd, scalar].flatMap((kernels) => [0, 1.5].map((mean) => ({ kernels, mean })));
    for (const { kernels, mean } of cases) {
      const solved = kernels.allocF32(8);
      kernels.stepConjugateGradient({
        fixed: f32(kernels, [0.5, 0, 0, 0, 0, 0, 0, 0]),
        solved,
        fromRow: 0,
        rowCount: 1,
        dim: 8,
        gram: f32(kernels, [2, ...new Array(63).fill(0)]),
        rows: sparse(kernels, [[[0, 3]]]),
        ridge: f32(kernels, [1]),
        ...(mean > 0 && { prior: f32(kernels, [mean, 0, 0, 0, 0, 0, 0, 0]) }),
        steps: 3,
        scratch: kernels.allocF32(conjugateGradientScratch(8)),
      });
      expect(solved.view[0]).toBeCloseTo(mean > 0 ? 0.8 : 0.4, 6);
    }
  });
});
