import { afterEach, describe, expect, it } from "vitest";
import { ELASTIC_NET_LANES } from "../../../../shared/engine/kernels/descent/calls.ts";
import { type F32Buffer, type Kernels, paddedDim } from "../../../../shared/engine/kernels/kernels.ts";
import { pairFilterWords } from "../../../../shared/engine/kernels/ranking/calls.ts";
import { rowSolveScratch, subspaceScratch } from "../../../../shared/engine/kernels/row-solvers/calls.ts";
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

/** Runs the same work on both kernels and compares what it returns, relative to the largest value. */
function expectTwins(run: (kernels: Kernels) => ArrayLike<number>, tolerance = 2e-5): void {
  const [found, expected] = [run(simd), run(scalar)].map((values) => Array.from(values)) as [
    number[],
    number[],
  ];
  const scale = Math.max(...expected.map(Math.abs), 1e-6);
  expect(found.length).toBe(expected.length);
  found.forEach((value, at) => {
    expect(Math.abs(value - (expected[at] as number)) / scale).toBeLessThan(tolerance);
  });
}

/** Gram matrix of random rows with `ridge` on its diagonal, the padding's included. */
function positiveGram(kernels: Kernels, rows: Float32Array, stride: number, ridge: number): F32Buffer {
  const gram = kernels.allocF32(stride * stride);
  const factors = f32(kernels, rows);
  kernels.addGram({ factors, dim: stride, fromRow: 0, toRow: rows.length / stride, gram });
  for (let k = 0; k < stride; k++) gram.view[k * stride + k] = (gram.view[k * stride + k] as number) + ridge;
  return gram;
}

describe("products of sparse rows and factors", () => {
  it.each(DIMS)("equal the reference at dim %i", (dim) => {
    const random = createRandom(dim);
    const stride = paddedDim(dim);
    const rows = randomSparse(random, 9, 14);
    const factors = randomRows(random, 14, dim);
    expectTwins((kernels) => {
      const out = kernels.allocF32(9 * stride);
      const call = { rows: sparse(kernels, rows), rowCount: 9, dim: stride };
      kernels.multiplySparse({ ...call, factors: f32(kernels, factors), out });
      return out.view;
    });
  });

  it.each(DIMS)("fill a panel of wider rows and leave the rest as it is, at dim %i", (dim) => {
    const random = createRandom(50 + dim);
    const width = paddedDim(dim);
    const [stride, offset] = [width + 24, 16];
    const rows = randomSparse(random, 9, 14);
    const factors = randomRows(random, 14, stride);
    expectTwins((kernels) => {
      const out = f32(kernels, new Float32Array(10 * stride).fill(7));
      kernels.multiplySparse({
        ...{ rows: sparse(kernels, rows), rowCount: 9, dim: width, out },
        ...{ factors: f32(kernels, factors), factorStride: stride, factorOffset: 8 },
        ...{ outStride: stride, outOffset: stride + offset },
      });
      out.view.forEach((value, at) => {
        const column = (at % stride) - offset;
        if (at < stride || column < 0 || column >= width) expect(value).toBe(7);
      });
      return out.view;
    });
  });

  it("equal the values computed by hand", () => {
    // Row 0 = 2·f1, row 1 is empty.
    const factors = Array.from({ length: 16 }, (_, at) => at);
    for (const kernels of [simd, scalar]) {
      const rows = sparse(kernels, [[[1, 2]], []]);
      const out = f32(kernels, new Array(16).fill(1));
      const call = { rows, rowCount: 2, dim: 8 };
      kernels.multiplySparse({ ...call, factors: f32(kernels, factors), out });
      expect([...out.view]).toEqual([...factors.slice(8).map((value) => 2 * value), ...new Array(8).fill(0)]);
    }
  });
});

describe("solveRows", () => {
  it.each(DIMS)("equals the reference at dim %i", (dim) => {
    const random = createRandom(100 + dim);
    const stride = paddedDim(dim);
    const fixed = randomRows(random, 40, dim);
    const rows = [...randomSparse(random, 6, 40), []];
    expectTwins((kernels) => {
      const solved = f32(kernels, new Float32Array(8 * stride).fill(7));
      const failures = kernels.solveRows({
        fixed: f32(kernels, fixed),
        solved,
        fromRow: 1,
        rowCount: 7,
        dim: stride,
        gram: positiveGram(kernels, fixed, stride, 1),
        rows: sparse(kernels, rows),
        ridge: f32(kernels, new Float32Array(7).fill(3)),
        scratch: kernels.allocF32(rowSolveScratch(stride)),
      });
      expect(failures).toBe(0);
      expect(solved.view[0]).toBe(7);
      expect(solved.view.subarray(7 * stride).every((value) => value === 0)).toBe(true);
      return solved.view.subarray(stride);
    });
  });

  it("gathers more interactions than fit at once", () => {
    const random = createRandom(3);
    const fixed = randomRows(random, 900, 64);
    const row = Array.from({ length: 900 }, (_, at): [number, number] => [at, 0.5 + random.next()]);
    expectTwins((kernels) => {
      const solved = kernels.allocF32(64);
      kernels.solveRows({
        fixed: f32(kernels, fixed),
        solved,
        fromRow: 0,
        rowCount: 1,
        dim: 64,
        gram: kernels.allocF32(64 * 64),
        rows: sparse(kernels, [row]),
        ridge: f32(kernels, [1]),
        scratch: kernels.allocF32(rowSolveScratch(64)),
      });
      return solved.view;
    }, 1e-4);
  });

  it("gives zero for a matrix that is not positive definite, and counts it", () => {
    for (const kernels of [simd, scalar]) {
      const solved = f32(kernels, new Float32Array(8).fill(7));
      const failures = kernels.solveRows({
        fixed: f32(kernels, new Float32Array(8).fill(1)),
        solved,
        fromRow: 0,
        rowCount: 1,
        dim: 8,
        gram: kernels.allocF32(64),
        rows: sparse(kernels, [[[0, 1]]]),
        ridge: f32(kernels, [0]),
        scratch: kernels.allocF32(rowSolveScratch(8)),
      });
      expect(failures).toBe(1);
      expect([...solved.view]).toEqual(new Array(8).fill(0));
    }
  });
});

describe("stepSubspaces", () => {
  const callOf = (kernels: Kernels, dim: number, block: number, start: Float32Array) => {
    const random = createRandom(200 + dim);
    const stride = paddedDim(dim);
    const fixed = randomRows(random, 40, dim);
    const rows = [...randomSparse(random, 6, 40), []];
    return {
      fixed: f32(kernels, fixed),
      solved: f32(kernels, start),
      fromRow: 1,
      rowCount: 7,
      dim: stride,
      gram: positiveGram(kernels, fixed, stride, 1),
      rows: sparse(kernels, rows),
      ridge: f32(kernels, new Float32Array(7).fill(3)),
      block,
      scratch: kernels.allocF32(subspaceScratch(block, 40)),
    };
  };
  const startOf = (dim: number) => randomRows(createRandom(dim), 8, dim);

  it.each(DIMS)("equals the reference at dim %i", (dim) => {
    const start = startOf(dim);
    for (const block of [8, 24]) {
      expectTwins((kernels) => {
        const call = callOf(kernels, dim, block, start);
        expect(kernels.stepSubspaces(call)).toBe(0);
        expect(call.solved.view.subarray(0, call.dim)).toEqual(start.subarray(0, call.dim));
        expect(call.solved.view.subarray(7 * call.dim).every((value) => value === 0)).toBe(true);
        return call.solved.view.subarray(call.dim);
      }, 1e-4);
    }
  });

  it.each([5, 16, 40])("reaches the exact solution from anywhere with one block, dim %i", (dim) => {
    const block = paddedDim(dim);
    const call = callOf(simd, dim, block, startOf(dim));
    simd.stepSubspaces(call);
    const exact = { ...call, solved: simd.allocF32(8 * block) };
    simd.solveRows({ ...exact, scratch: simd.allocF32(rowSolveScratch(block)) });
    for (let at = block; at < 8 * block; at++) {
      expect(call.solved.view[at]).toBeCloseTo(exact.solved.view[at] as number, 4);
    }
  });

  it("reaches it with small blocks after many passes", () => {
    const call = callOf(simd, 40, 8, startOf(40));
    for (let pass = 0; pass < 200; pass++) simd.stepSubspaces(call);
    const exact = { ...call, solved: simd.allocF32(8 * 40) };
    simd.solveRows({ ...exact, scratch: simd.allocF32(rowSolveScratch(40)) });
    for (let at = 40; at < 320; at++) {
      expect(call.solved.view[at]).toBeCloseTo(exact.solved.view[at] as number, 4);
    }
  });

  it("leaves a block alone whose matrix is not positive definite, and counts it", () => {
    for (const kernels of [simd, scalar]) {
      const solved = f32(kernels, new Float32Array(8).fill(7));
      const failures = kernels.stepSubspaces({
        fixed: f32(kernels, new Float32Array(8).fill(1)),
        solved,
        fromRow: 0,
        rowCount: 1,
        dim: 8,
        gram: kernels.allocF32(64),
        rows: sparse(kernels, [[[0, 1]]]),
        ridge: f32(kernels, [0]),
        block: 8,
        scratch: kernels.allocF32(subspaceScratch(8, 1)),
      });
      expect(failures).toBe(1);
      expect([...solved.view]).toEqual(new Array(8).fill(7));
    }
  });
});

describe("descendNonNegative", () => {
  it.each(DIMS)("equals the reference at dim %i", (dim) => {
    const random = createRandom(200 + dim);
    const stride = paddedDim(dim);
    const other = randomRows(random, 70, dim);
    const start = randomRows(random, 6, dim).map(Math.abs);
    const products = randomRows(random, 6, dim).map((value) => 20 * value);
    expectTwins((kernels) => {
      const factors = f32(kernels, start);
      const gram = positiveGram(kernels, other, stride, 0);
      const p = f32(kernels, products);
      const call = { factors, fromRow: 0, rowCount: 6, dim: stride, gram, products: p, l1: 0.5 };
      const violation = kernels.descendNonNegative(call);
      const largest = Math.max(...factors.view);
      return [...factors.view, (violation / 1e4) * largest];
    }, 1e-4);
  });

  it("moves each coordinate to its optimum, given the others", () => {
    // G = 2 on the diagonal, p = 6, l1 = 1: w = (6 − 1) / 2; a negative p stays at 0 without a violation.
    for (const kernels of [simd, scalar]) {
      const gram = kernels.allocF32(64);
      for (let k = 0; k < 8; k++) gram.view[k * 9] = 2;
      const factors = kernels.allocF32(8);
      const products = f32(kernels, [6, -3, 0, 0, 0, 0, 0, 0]);
      const call = { factors, fromRow: 0, rowCount: 1, dim: 8, gram, products, l1: 1 };
      expect(kernels.descendNonNegative(call)).toBe(5);
      expect([...factors.view]).toEqual([2.5, 0, 0, 0, 0, 0, 0, 0]);
      expect(kernels.descendNonNegative(call)).toBe(0);
    }
  });
});

describe("descendElasticNet", () => {
  it.each([true, false])("equals the reference, positive only: %s", (isPositive) => {
    const random = createRandom(9);
    const items = [...randomSparse(random, 30, 25), []];
    const start = randomRows(random, 25, ELASTIC_NET_LANES);
    expectTwins((kernels) => {
      const coefficients = kernels.allocF32(31 * ELASTIC_NET_LANES);
      const residuals = f32(kernels, start);
      const order = kernels.allocU32(32);
      // The first place is left out, and the order is the reverse.
      order.view.set(Array.from({ length: 32 }, (_, place) => 31 - place));
      const largest = [0, 1, 2].map(() =>
        kernels.descendElasticNet({
          items: sparse(kernels, items),
          order,
          fromPlace: 1,
          toPlace: 32,
          residuals,
          coefficients,
          firstTarget: 8,
          l1: 0.3,
          l2: 0.7,
          isPositive,
        }),
      );
      for (let lane = 0; lane < ELASTIC_NET_LANES; lane++) {
        expect(coefficients.view[(8 + lane) * ELASTIC_NET_LANES + lane]).toBe(0);
      }
      expect(coefficients.view.some((value) => value < 0)).toBe(!isPositive);
      return [...coefficients.view, ...residuals.view, ...largest];
    }, 1e-4);
  });
});

describe("trainRanking", () => {
  it.each([true, false])("takes the same steps as the reference, WARP: %s", (isWarp) => {
    const random = createRandom(21);
    const rows = randomSparse(random, 12, 20);
    const [users, items] = [randomRows(random, 12, 11), randomRows(random, 20, 11)];
    expectTwins((kernels) => {
      const { indptr, indices } = sparse(kernels, rows);
      const entryUsers = kernels.allocU32(indices.length);
      entryUsers.view.set(rows.flatMap((row, user) => row.map(() => user)));
      const state = kernels.allocU32(4);
      state.view.set([1, 22, 333, 4444]);
      const factors = { users: f32(kernels, users), items: f32(kernels, items), dim: 16, biasAt: 10 };
      const filter = kernels.allocU32(pairFilterWords(indices.length));
      kernels.fillPairFilter({ indptr, indices, filter });
      const lists = { indptr, indices, entryUsers, filter, itemCount: 20 };
      const rates = { samples: 203, rate: 0.05, userReg: 0.01, itemReg: 0.02, isWarp };
      kernels.trainRanking({ ...factors, ...lists, ...rates, state });
      expect(factors.users.view[16 * 3 + 10]).toBe(1);
      return [...factors.users.view, ...factors.items.view];
    }, 1e-3);
  });
});

describe("fillPairFilter", () => {
  const filled = (kernels: Kernels, rows: [number, number][][], words: number) => {
    const { indptr, indices } = sparse(kernels, rows);
    const filter = kernels.allocU32(words);
    kernels.fillPairFilter({ indptr, indices, filter });
    return [...filter.view];
  };

  it.each([1, 2, 300])("sets the same bits in both kernels, %i users", (userCount) => {
    const rows = randomSparse(createRandom(userCount), userCount, 50);
    const words = pairFilterWords(rows.flat().length);
    expect(filled(simd, rows, words)).toEqual(filled(scalar, rows, words));
  });

  it("spreads pairs over all of its bits", () => {
    const rows = randomSparse(createRandom(6), 300, 50);
    const count = rows.flat().length;
    const words = filled(simd, rows, pairFilterWords(count));
    const bits = words.reduce((sum, word) => sum + word.toString(2).replaceAll("0", "").length, 0);
    // Of m bits, n pairs leave m (1 − 1/m)ⁿ unset if they fall evenly.
    const total = 32 * words.length;
    const expected = total * (1 - (1 - 1 / total) ** count);
    expect(Math.abs(bits / expected - 1)).toBeLessThan(0.05);
  });

  it("has eight bits an entry and is a power of two", () => {
    expect([0, 1, 4, 5, 1000].map(pairFilterWords)).toEqual([1, 1, 1, 2, 256]);
  });
});
