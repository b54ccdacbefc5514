import { afterEach, describe, expect, it } from "vitest";
import { type Kernels, paddedDim } from "../../../../shared/engine/kernels/kernels.ts";
import {
  preconditionedScratch,
  rowProductScratch,
  rowSolveScratch,
} from "../../../../shared/engine/kernels/row-solvers/calls.ts";
import { createScalarKernels } from "../../../../shared/engine/kernels/scalar-kernels.ts";
import { createRandom } from "../../../../shared/engine/random.ts";
import { f32, randomRows, randomSparse, sparse } from "./kernel-fixture.ts";
import { loadWasmKernels } from "./load-kernels.ts";

const simd = loadWasmKernels();
const scalar = createScalarKernels();
const DIMS = [1, 3, 8, 13, 32, 40, 64, 100, 128];
const ROWS = 19;

afterEach(() => {
  simd.freeAll();
  scalar.freeAll();
});

function relativeError(found: Float32Array, expected: Float32Array): number {
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
  return (
    found.reduce((most, value, at) => Math.max(most, Math.abs(value - (expected[at] as number))), 0) / scale
  );
}

describe("stepPreconditioned", () => {
  function systemOf(kernels: Kernels, dim: number) {
    const random = createRandom(dim);
    const stride = paddedDim(dim);
    const rows = randomSparse(random, ROWS, 30);
    rows[4] = [];
    // Spread over four powers of ten, as eigenvalues of a Gram matrix are; 1 for the padding.
    const spectrum = Float32Array.from({ length: stride }, (_, k) =>
      k < dim ? 10 ** (4 * random.next() - 1) : 1,
    );
    return {
      fixed: f32(kernels, randomRows(random, 30, dim)),
      solved: f32(kernels, randomRows(random, ROWS + 2, dim)),
      fromRow: 1,
      rowCount: ROWS,
      dim: stride,
      spectrum: f32(kernels, spectrum),
      rows: sparse(kernels, rows),
      ridge: f32(
        kernels,
        Float32Array.from({ length: ROWS }, () => 0.5 + random.next()),
      ),
    };
  }

  function solve(kernels: Kernels, dim: number, steps: number): Float32Array {
    const system = systemOf(kernels, dim);
    const scratch = kernels.allocF32(preconditionedScratch(system.dim));
    kernels.stepPreconditioned({ ...system, steps, scratch });
    return system.solved.view.slice();
  }

  it.each(DIMS)("equals the scalar kernel at dim %i", (dim) => {
    expect(relativeError(solve(simd, dim, 2), solve(scalar, dim, 2))).toBeLessThan(1e-4);
  });

  it("touches only its rows, and makes a row without interactions zero", () => {
    const [none, some] = [0, 2].map((steps) => solve(simd, 16, steps)) as [Float32Array, Float32Array];
    expect(some.slice(0, 16)).toEqual(none.slice(0, 16));
    expect(some.slice((ROWS + 1) * 16)).toEqual(none.slice((ROWS + 1) * 16));
    expect(some.slice(5 * 16, 6 * 16).every((value) => value === 0)).toBe(true);
  });

  it.each([8, 64])("reaches what Cholesky gives with the spectrum as Gram matrix, at dim %i", (dim) => {
    const system = systemOf(simd, dim);
    const gram = simd.allocF32(dim * dim);
    for (let k = 0; k < dim; k++) gram.view[k * dim + k] = system.spectrum.view[k] as number;
    simd.solveRows({ ...system, gram, scratch: simd.allocF32(rowSolveScratch(dim)) });
    const exact = system.solved.view.slice(dim, (ROWS + 1) * dim);
    expect(relativeError(solve(simd, dim, 80).slice(dim, (ROWS + 1) * dim), exact)).toBeLessThan(1e-3);
  });
});

describe("multiplyRows", () => {
  function multiply(kernels: Kernels, dim: number, rowCount: number): Float32Array {
    const random = createRandom(dim);
    const stride = paddedDim(dim);
    const rows = f32(kernels, randomRows(random, rowCount + 2, dim));
    const matrix = f32(kernels, randomRows(random, stride, stride));
    const scratch = kernels.allocF32(rowProductScratch(stride));
    kernels.multiplyRows({ rows, fromRow: 1, rowCount, dim: stride, matrix, scratch });
    return rows.view.slice();
  }

  it.each(DIMS)("equals the scalar kernel at dim %i", (dim) => {
    // A whole group of rows, part of one, and both.
    for (const rowCount of [3, 8, 21]) {
      expect(relativeError(multiply(simd, dim, rowCount), multiply(scalar, dim, rowCount))).toBeLessThan(
        1e-5,
      );
    }
  });

  it("multiplies in the order row · matrix, and its own rows only", () => {
    for (const kernels of [simd, scalar]) {
      const rows = f32(kernels, new Float32Array(24).fill(1));
      const matrix = kernels.allocF32(64);
      matrix.view[0 * 8 + 3] = 2;
      matrix.view[1 * 8 + 3] = 5;
      const scratch = kernels.allocF32(rowProductScratch(8));
      kernels.multiplyRows({ rows, fromRow: 1, rowCount: 1, dim: 8, matrix, scratch });
      const ones = new Array(8).fill(1);
      expect([...rows.view]).toEqual([...ones, 0, 0, 0, 7, 0, 0, 0, 0, ...ones]);
    }
  });
});
