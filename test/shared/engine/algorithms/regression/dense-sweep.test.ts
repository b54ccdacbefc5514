import { describe, expect, it } from "vitest";
import { DenseSweep } from "../../../../../shared/engine/algorithms/regression/dense-sweep.ts";
import type { Kernels } from "../../../../../shared/engine/kernels/kernels.ts";
import { createScalarKernels } from "../../../../../shared/engine/kernels/scalar-kernels.ts";
import { createRandom } from "../../../../../shared/engine/random.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";

/** A random Gram matrix plus a ridge; its condition number is below 100. */
function positiveDefinite(size: number): Float32Array {
  const random = createRandom(size);
  const matrix = new Float32Array(size * size);
  const sums = new Float64Array(size * size);
  for (let count = 0; count < 2 * size; count++) {
    const row = Float64Array.from({ length: size }, () => random.normal());
    for (let i = 0; i < size; i++) {
      const factor = row[i] as number;
      for (let j = 0; j < size; j++)
        sums[i * size + j] = (sums[i * size + j] as number) + factor * (row[j] as number);
    }
  }
  for (let i = 0; i < size; i++) sums[i * (size + 1)] = (sums[i * (size + 1)] as number) + size;
  matrix.set(sums);
  return matrix;
}

/** The largest entry of A · (−B) − I, for symmetric matrices. */
function distanceToUnit(a: Float32Array, b: Float32Array, size: number): number {
  let worst = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let sum = i === j ? 1 : 0;
      for (let k = 0; k < size; k++) sum += (a[i * size + k] as number) * (b[j * size + k] as number);
      worst = Math.max(worst, Math.abs(sum));
    }
  }
  return worst;
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
      for (let i = 0; i < size; i++) {
        for (let j = i; j < size; j++) matrix.view[j * size + i] = matrix.view[i * size + j] as number;
      }
      // The condition number times f32's 6e-8.
      expect(distanceToUnit(original, matrix.view, size)).toBeLessThan(5e-6);
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

  it("does no more in a step than a request can wait for", () => {
    const size = 4096;
    const kernels = loadWasmKernels();
    const matrix = kernels.allocF32(size * size);
    // The kernels do nothing here, and the unit matrix stays definite.
    for (let i = 0; i < size; i++) matrix.view[i * (size + 1)] = 1;
    let flops = 0;
    const calls: Pick<Kernels, "sweepPivot" | "sweepRows"> = {
      sweepPivot({ block }) {
        flops += 2 * block * block * size;
      },
      sweepRows({ block, fromRow, toRow }) {
        for (let row = fromRow; row < toRow; row++) flops += 2 * block * (size - row);
      },
    };
    const counting = new Proxy(kernels, {
      get(target, name) {
        const value: unknown = Reflect.get(name in calls ? calls : target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const sweep = new DenseSweep(counting, matrix, size);
    const steps: number[] = [];
    while (!sweep.done) {
      flops = 0;
      sweep.step();
      steps.push(flops);
    }
    expect(Math.max(...steps)).toBeLessThan(1.1e8);
    // A triangle of the matrix for each of its rows, and the pivots.
    expect(steps.reduce((sum, some) => sum + some, 0) / size ** 3).toBeCloseTo(1, 1);
  });

  it("goes on from the position after any step to the same bits", () => {
    const size = 152;
    const kernels = loadWasmKernels();
    const matrix = kernels.allocF32(size * size);
    const begin = () => {
      matrix.view.set(positiveDefinite(size));
      return new DenseSweep(kernels, matrix, size);
    };
    const whole = begin();
    while (!whole.done) whole.step();
    const expected = matrix.view.slice();
    let sweep = begin();
    let steps = 0;
    for (; !sweep.done; steps++) {
      sweep.step();
      const resumed = new DenseSweep(kernels, matrix, size);
      resumed.resume(sweep.position, sweep.panels);
      sweep.free();
      sweep = resumed;
    }
    expect(matrix.view).toEqual(expected);
    // Three blocks, each with a step for its pivot.
    expect(steps).toBe(6);
  });
});
