import { afterEach, describe, expect, it } from "vitest";
import { type Kernels, paddedDim } from "../../../../shared/engine/kernels/kernels.ts";
import { createScalarKernels } from "../../../../shared/engine/kernels/scalar-kernels.ts";
import { largestInt16 } from "../../../../shared/engine/kernels/scoring/calls.ts";
import { createRandom } from "../../../../shared/engine/random.ts";
import { f32, randomRows } from "./kernel-fixture.ts";
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

// f32 has 24 bits: a sum of up to 65 products in another order differs by at most 65 · 2⁻²⁴ ≈ 4e-6 of its largest partial sum.
const SUM_TOLERANCE = 1e-5;

describe("scoreInto", () => {
  it("gives the dot product of each vector with each row", () => {
    // (1,2)·(3,4) = 11, (1,2)·(5,6) = 17, (−1,1)·(3,4) = 1, (−1,1)·(5,6) = 1
    for (const kernels of [simd, scalar]) {
      const factors = f32(kernels, [3, 4, 0, 0, 0, 0, 0, 0, 5, 6, 0, 0, 0, 0, 0, 0]);
      const vectors = f32(kernels, [1, 2, 0, 0, 0, 0, 0, 0, -1, 1, 0, 0, 0, 0, 0, 0]);
      const out = kernels.allocF32(4);
      kernels.scoreInto({ factors, dim: 8, rowCount: 2, vectors, vectorOffset: 0, vectorCount: 2, out });
      expect([...out.view]).toEqual([11, 17, 1, 1]);
    }
  });

  it.each(DIMS)("equals the scalar kernel at dim %i", (dim) => {
    const random = createRandom(dim);
    const rowCount = 5 + random.below(20);
    const vectorCount = 1 + random.below(6);
    const rows = randomRows(random, rowCount, dim);
    const vectors = randomRows(random, vectorCount + 1, dim);
    const [actual, expected] = [simd, scalar].map((kernels) => {
      const out = kernels.allocF32(vectorCount * rowCount);
      const stride = paddedDim(dim);
      const call = { dim: stride, rowCount, vectorOffset: stride, vectorCount, out };
      kernels.scoreInto({ ...call, factors: f32(kernels, rows), vectors: f32(kernels, vectors) });
      return out.view;
    }) as [Float32Array, Float32Array];
    expect(relativeError(actual, expected)).toBeLessThan(SUM_TOLERANCE);
  });

  it("gives a vector the same bits alone and among others", () => {
    const random = createRandom(3);
    const factors = f32(simd, randomRows(random, 27, 40));
    const vectors = f32(simd, randomRows(random, 5, 40));
    const together = simd.allocF32(5 * 27);
    const alone = simd.allocF32(27);
    const call = { factors, dim: 40, rowCount: 27, vectors };
    simd.scoreInto({ ...call, vectorOffset: 0, vectorCount: 5, out: together });
    for (let vector = 0; vector < 5; vector++) {
      simd.scoreInto({ ...call, vectorOffset: vector * 40, vectorCount: 1, out: alone });
      expect(alone.view).toEqual(together.view.slice(vector * 27, (vector + 1) * 27));
    }
  });
});

describe("boundCoarseInto", () => {
  it("multiplies whole numbers around the middle of seven bits, scales, and adds the slack", () => {
    // (1, −2)·(−4, 63) = −130, by 0.5 · 2; (127, −127)·(−4, 63) = −8509, by 0.25 · 2; then 8 · 3 and 1 · 3.
    for (const kernels of [simd, scalar]) {
      const [factors, vector] = [kernels.allocI8(32), kernels.allocI8(16)];
      factors.view.set([1, -2], 0);
      factors.view.set([127, -127], 16);
      vector.view.fill(64).set([60, 127]);
      const shifts = kernels.allocU32(2);
      shifts.view.set([64 * -1, 0]);
      const [scales, lengths, out] = [f32(kernels, [0.5, 0.25]), f32(kernels, [8, 1]), kernels.allocF32(2)];
      const call = { factors, shifts, scales, lengths, vector, dim: 16, fromRow: 0, toRow: 2 };
      kernels.boundCoarseInto({ ...call, vectorScale: 2, slack: 3, out });
      expect([...out.view]).toEqual([-106, -4251.5]);
    }
  });

  it.each([16, 32, 64, 208, 1024])("equals the scalar kernel to the last bit at dim %i", (dim) => {
    const random = createRandom(dim);
    const count = 8 + random.below(20);
    const [fromRow, toRow] = [random.below(4), count - random.below(4)];
    // The largest numbers, too: sums of products must not overflow 16 bits on the way.
    const rows = Array.from({ length: count * dim }, () => (random.below(4) ? 127 : random.below(255) - 127));
    const numbers = Array.from({ length: dim }, () => (random.below(4) ? 127 : random.below(128)));
    const [ours, theirs] = [simd, scalar].map((kernels) => {
      const [factors, vector] = [kernels.allocI8(rows.length), kernels.allocI8(dim)];
      factors.view.set(rows);
      vector.view.set(numbers);
      const [shifts, out] = [kernels.allocU32(count), kernels.allocF32(count)];
      for (let row = 0; row < count; row++) {
        shifts.view[row] = 64 * rows.slice(row * dim, (row + 1) * dim).reduce((sum, value) => sum + value, 0);
      }
      const scales = f32(
        kernels,
        Array.from({ length: count }, (_, row) => 0.01 / (row + 1)),
      );
      const lengths = f32(
        kernels,
        Array.from({ length: count }, (_, row) => row / 7),
      );
      const call = { factors, shifts, scales, lengths, dim, fromRow, toRow, vector, out };
      kernels.boundCoarseInto({ ...call, vectorScale: 0.3, slack: 0.7 });
      return [...out.view];
    });
    expect(ours).toEqual(theirs);
  });
});

describe("scoreInt8Into", () => {
  /** Scores of each vector in turn; vector v has the scale 0.25 · (v + 1). */
  const scoreWith = (
    kernels: Kernels,
    rows: readonly number[],
    vectors: readonly (readonly number[])[],
    count: number,
  ) => {
    const dim = vectors[0]?.length ?? 0;
    const vectorCount = vectors.length;
    const buffers = { factors: kernels.allocI8(count * dim), vectors: kernels.allocI16(vectorCount * dim) };
    buffers.factors.view.set(rows);
    buffers.vectors.view.set(vectors.flat());
    const scales = f32(
      kernels,
      Array.from({ length: count }, (_, row) => 0.01 / (row + 1)),
    );
    const vectorScales = f32(
      kernels,
      vectors.map((_, vector) => 0.25 * (vector + 1)),
    );
    const out = kernels.allocF32(vectorCount * count);
    kernels.scoreInt8Into({ ...buffers, scales, dim, rowCount: count, vectorScales, vectorCount, out });
    return [...out.view];
  };

  it("multiplies whole numbers, then scales", () => {
    // (1, −2)·(100, 50) = 0, (127, −127)·(100, 50) = 6350, by 0.25 · 0.01 / 2; the second vector is ten times as short.
    const rows = [1, -2, 0, 0, 0, 0, 0, 0, 127, -127, 0, 0, 0, 0, 0, 0];
    const vectors = [
      [100, 50, 0, 0, 0, 0, 0, 0],
      [10, 5, 0, 0, 0, 0, 0, 0],
    ];
    for (const kernels of [simd, scalar]) {
      const scores = scoreWith(kernels, rows, vectors, 2);
      expect([scores[0], scores[2]]).toEqual([0, 0]);
      expect(scores[1]).toBeCloseTo(6350 * 0.25 * 0.005, 5);
      expect(scores[3]).toBeCloseTo(635 * 0.5 * 0.005, 5);
    }
  });

  it.each(DIMS)("equals the scalar kernel to the last bit at dim %i", (dim) => {
    const random = createRandom(dim);
    const stride = paddedDim(dim);
    const count = 1 + random.below(20);
    const largest = largestInt16(stride);
    const rows = Array.from({ length: count * stride }, () => random.below(255) - 127);
    const vectors = Array.from({ length: 1 + (dim % 5) }, () =>
      Array.from({ length: stride }, () => random.below(2 * largest + 1) - largest),
    );
    expect(scoreWith(simd, rows, vectors, count)).toEqual(scoreWith(scalar, rows, vectors, count));
  });

  it.each([512, 1024, 4096])("does not overflow at dim %i", (dim) => {
    const rows = new Array<number>(5 * dim).fill(-127);
    const vectors = [1, 2, 3].map(() => new Array<number>(dim).fill(largestInt16(dim)));
    expect(scoreWith(simd, rows, vectors, 5)).toEqual(scoreWith(scalar, rows, vectors, 5));
  });
});

describe("addGram", () => {
  it("adds the outer product of each row", () => {
    // Rows (1,2) and (3,4): [[1+9, 2+12], [2+12, 4+16]] = [[10, 14], [14, 20]], on top of ones.
    for (const kernels of [simd, scalar]) {
      const factors = f32(kernels, [1, 2, 0, 0, 0, 0, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0]);
      const gram = f32(kernels, new Float32Array(64).fill(1));
      kernels.addGram({ factors, dim: 8, fromRow: 0, toRow: 2, gram });
      expect([...gram.view.slice(0, 3), ...gram.view.slice(8, 11)]).toEqual([11, 15, 1, 15, 21, 1]);
    }
  });

  it.each(DIMS)("equals the scalar kernel and is symmetric at dim %i", (dim) => {
    const random = createRandom(100 + dim);
    const rows = randomRows(random, 40, dim);
    const stride = paddedDim(dim);
    const [actual, expected] = [simd, scalar].map((kernels) => {
      const gram = kernels.allocF32(stride * stride);
      kernels.addGram({ factors: f32(kernels, rows), dim: stride, fromRow: 3, toRow: 40, gram });
      return gram.view;
    }) as [Float32Array, Float32Array];
    expect(relativeError(actual, expected)).toBeLessThan(SUM_TOLERANCE);
    for (let i = 0; i < stride; i++) {
      for (let j = 0; j < i; j++) expect(actual[i * stride + j]).toBe(actual[j * stride + i]);
    }
  });
});

describe("solveCholesky", () => {
  it("solves a system with a known solution", () => {
    // [[4,2],[2,3]] x = [8,7]: x = [1.25, 1.5], since 4·1.25 + 2·1.5 = 8 and 2·1.25 + 3·1.5 = 7.
    for (const kernels of [simd, scalar]) {
      const matrix = kernels.allocF32(64);
      for (let k = 2; k < 8; k++) matrix.view[k * 9] = 1;
      matrix.view.set([4, 2], 0);
      matrix.view.set([2, 3], 8);
      const vector = f32(kernels, [8, 7, 0, 0, 0, 0, 0, 0]);
      expect(kernels.solveCholesky(matrix, 8, vector)).toBe(true);
      expect(vector.view[0]).toBeCloseTo(1.25, 6);
      expect(vector.view[1]).toBeCloseTo(1.5, 6);
    }
  });

  it.each(DIMS)("leaves no residual at dim %i", (dim) => {
    const random = createRandom(200 + dim);
    const stride = paddedDim(dim);
    const gram = scalar.allocF32(stride * stride);
    const factors = f32(scalar, randomRows(random, 2 * dim + 4, dim));
    scalar.addGram({ factors, dim: stride, fromRow: 0, toRow: 2 * dim + 4, gram });
    for (let k = 0; k < stride; k++)
      gram.view[k * (stride + 1)] = (gram.view[k * (stride + 1)] as number) + 1;
    const right = Float32Array.from({ length: stride }, (_, k) => (k < dim ? random.normal() : 0));
    for (const kernels of [simd, scalar]) {
      const x = f32(kernels, right);
      expect(kernels.solveCholesky(f32(kernels, gram.view), stride, x)).toBe(true);
      const product = right.map((_, i) => {
        let sum = 0;
        for (let k = 0; k < stride; k++) sum += (gram.view[i * stride + k] as number) * (x.view[k] as number);
        return sum;
      });
      // The condition number of these matrices is below 500, times f32's 6e-8.
      expect(relativeError(product, right)).toBeLessThan(5e-5);
    }
  });

  it("leaves the vector alone and says so when the matrix is not positive definite", () => {
    for (const kernels of [simd, scalar]) {
      const vector = f32(kernels, [1, 2, 3, 4, 5, 6, 7, 8]);
      expect(kernels.solveCholesky(kernels.allocF32(64), 8, vector)).toBe(false);
      expect([...vector.view]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    }
  });
});

describe("dense rows", () => {
  it.each([1, 3, 8, 64])(
    "subtracts the product with panels as the scalar kernel does at depth %i",
    (depth) => {
      const random = createRandom(depth);
      const [rowCount, columnCount, targetStride] = [12, 24, 32];
      const normals = (length: number) => Float32Array.from({ length }, () => random.normal());
      const [target, left, right] = [
        normals(rowCount * targetStride),
        normals(rowCount * depth),
        normals(depth * columnCount),
      ];
      const [actual, expected] = [simd, scalar].map((kernels) => {
        const out = f32(kernels, target);
        const call = { target: out, targetOffset: 8, targetStride, rowCount, depth, columnCount };
        kernels.subtractProduct({ ...call, left: f32(kernels, left), right: f32(kernels, right) });
        return out.view;
      }) as [Float32Array, Float32Array];
      expect(relativeError(actual, expected)).toBeLessThan(SUM_TOLERANCE);
      expect(actual.slice(0, 8)).toEqual(target.slice(0, 8));
    },
  );

  it("multiplies row by column", () => {
    // One row of the product: (1, 2) times rows (1, 0, …) and (10, 20, …) is (21, 40, …), taken from 100.
    for (const kernels of [simd, scalar]) {
      const right = f32(kernels, [1, 0, 0, 0, 0, 0, 0, 0, 10, 20, 0, 0, 0, 0, 0, 0]);
      const left = f32(kernels, [1, 2, 0, 0, 0, 0, 0, 0]);
      const target = f32(kernels, new Float32Array(32).fill(100));
      const call = { target, targetOffset: 0, targetStride: 8, rowCount: 4, left, depth: 2, right };
      kernels.subtractProduct({ ...call, columnCount: 8 });
      expect([...target.view.slice(0, 3)]).toEqual([79, 60, 100]);
    }
  });

  it("scores by the weighted sum of dense rows", () => {
    // 2 · (1, 2) − 1 · (5, 6) = (−3, −2)
    for (const kernels of [simd, scalar]) {
      const rows = [1, 2, 3, 4, 5, 6].flatMap((value, at) => (at % 2 ? [value, 0, 0, 0, 0, 0, 0] : [value]));
      const rowIndices = kernels.allocU32(2);
      rowIndices.view.set([0, 2]);
      const out = f32(kernels, new Float32Array(8).fill(9));
      const call = { matrix: f32(kernels, rows), stride: 8, rowIndices, rowWeights: f32(kernels, [2, -1]) };
      kernels.scoreDenseInto({ ...call, count: 2, out });
      expect([...out.view.slice(0, 3)]).toEqual([-3, -2, 0]);
    }
  });
});

describe("memory", () => {
  it.each([
    ["wasm", simd],
    ["scalar", scalar],
  ])("of the %s kernels starts at zero and is all given back", (_, kernels) => {
    const first = kernels.allocF32(1000);
    first.view.fill(7);
    first.free();
    first.free();
    const second = kernels.allocU32(1000);
    expect(second.view.every((value) => value === 0)).toBe(true);
    second.free();
    expect(kernels.allocatedBytes).toBe(0);
    expect(() => second.view).toThrow(TypeError);
  });

  it("keeps what a buffer holds when the memory grows", () => {
    const small = f32(simd, [1, 2, 3]);
    simd.allocF32(5_000_000);
    expect([...small.view]).toEqual([1, 2, 3]);
  });

  it("refuses a buffer that is too short for the call", () => {
    const short = simd.allocF32(8);
    expect(() => simd.addGram({ factors: short, dim: 8, fromRow: 0, toRow: 2, gram: short })).toThrow(
      expect.objectContaining({ code: "BAD_PARAMETER" }),
    );
  });
});
