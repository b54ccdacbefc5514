import { afterEach, describe, expect, it } from "vitest";
import type { Kernels } from "../../../../shared/engine/kernels/kernels.ts";
import { createScalarKernels } from "../../../../shared/engine/kernels/scalar-kernels.ts";
import { createRandom } from "../../../../shared/engine/random.ts";
import { f32 } from "./kernel-fixture.ts";
import { loadWasmKernels } from "./load-kernels.ts";

const simd = loadWasmKernels();
const scalar = createScalarKernels();
const LENGTHS = [1, 2, 3, 4, 7, 15, 16, 17, 31, 33, 63, 64, 65, 1023, 1024, 1025, 2500];

afterEach(() => {
  simd.freeAll();
  scalar.freeAll();
});

function normals(length: number, seed: number, mean = 0): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length }, () => mean + random.normal());
}

function expectTwins(run: (kernels: Kernels) => Float32Array): void {
  const [found, expected] = [run(simd), run(scalar)];
  expect(found.length).toBe(expected.length);
  for (const [at, value] of found.entries()) expect(value).toBeCloseTo(expected[at] as number, 4);
}

describe("addStandardized", () => {
  it.each(LENGTHS)("equals the reference at length %i", (length) => {
    for (const mean of [0, 0.1, -30]) {
      expectTwins((kernels) => {
        const target = f32(kernels, normals(3 * length, 1));
        const source = f32(kernels, normals(3 * length, 2, mean));
        kernels.addStandardized({ source, target, rowCount: 3, length, weight: 1.7 });
        return target.view;
      });
    }
  });

  it.each([simd, scalar])(
    "divides by the deviation of the row, and leaves out rows of equal values",
    (kernels) => {
      const source = f32(kernels, Float32Array.of(1, 3, 1, 3, 5, 5, 5, 5));
      const target = f32(kernels, new Float32Array(8).fill(10));
      kernels.addStandardized({ source, target, rowCount: 2, length: 4, weight: 2 });
      expect([...target.view]).toEqual([12, 16, 12, 16, 10, 10, 10, 10]);
    },
  );
});

describe("scaleColumns", () => {
  it.each(LENGTHS)("equals the reference at length %i", (length) => {
    expectTwins((kernels) => {
      const rows = f32(kernels, normals(3 * length, 1));
      kernels.scaleColumns({ rows, rowCount: 2, length, factors: f32(kernels, normals(length, 2)) });
      return rows.view;
    });
  });
});

it("no row of scores is ranked beyond the buffer", () => {
  const [scores, best] = [simd.allocF32(7), simd.allocU32(2)];
  expect(() => simd.topKInto(scores, 5, 2, best, 3)).toThrow(
    expect.objectContaining({ code: "BAD_PARAMETER" }),
  );
});

describe.each([simd, scalar])("kernels at an offset", (kernels) => {
  it("rank a row of several", () => {
    const scores = f32(kernels, Float32Array.of(9, 9, 9, 1, 3, 2, 9));
    const best = kernels.allocU32(2);
    expect(kernels.topKInto(scores, 3, 2, best, 3)).toBe(2);
    expect([...best.view]).toEqual([1, 2]);
  });

  it("add sparse rows to what is there", () => {
    const indptr = kernels.allocU32(3);
    indptr.view.set([0, 2, 3]);
    const indices = kernels.allocU32(3);
    indices.view.set([0, 2, 1]);
    const matrix = { indptr, indices, values: f32(kernels, Float32Array.of(1, 2, 4)) };
    const rowIndices = kernels.allocU32(2);
    rowIndices.view.set([1, 0]);
    const rowWeights = f32(kernels, Float32Array.of(10, 1));
    const out = f32(kernels, new Float32Array(6).fill(1));
    const call = { matrix, columnCount: 3, rowIndices, rowWeights, count: 2, out, outOffset: 3 };
    kernels.addSparseRows(call);
    expect([...out.view]).toEqual([1, 1, 1, 2, 41, 3]);
    kernels.scoreSparseInto(call);
    expect([...out.view]).toEqual([1, 1, 1, 1, 40, 2]);
  });
});
