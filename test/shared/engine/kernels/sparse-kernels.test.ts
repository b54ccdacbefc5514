import { afterEach, describe, expect, it } from "vitest";
import { createScalarKernels } from "../../../../shared/engine/kernels/scalar-kernels.ts";
import { selectScratch } from "../../../../shared/engine/kernels/sparse-rows/calls.ts";
import { createRandom, shuffleInPlace } from "../../../../shared/engine/random.ts";
import { f32, randomSparse, sparse } from "./kernel-fixture.ts";
import { loadWasmKernels } from "./load-kernels.ts";

const simd = loadWasmKernels();
const scalar = createScalarKernels();

afterEach(() => {
  simd.freeAll();
  scalar.freeAll();
});

describe("sparse rows", () => {
  it("accumulates the weighted rows of a source and lists each touched column once", () => {
    const random = createRandom(11);
    const rows = randomSparse(random, 12, 30);
    const sources = randomSparse(random, 4, 12);
    for (const kernels of [simd, scalar]) {
      const [sums, touched, marks] = [kernels.allocF32(30), kernels.allocU32(30), kernels.allocU32(30)];
      const call = { matrix: sparse(kernels, rows), sources: sparse(kernels, sources), sums, touched, marks };
      for (let source = 0; source < 4; source++) {
        const expected = new Map<number, number>();
        for (const [row, weight] of sources[source] ?? []) {
          for (const [column, value] of rows[row] ?? []) {
            expected.set(column, (expected.get(column) ?? 0) + weight * value);
          }
        }
        const count = kernels.accumulateRows({ ...call, source, mark: source + 1 });
        const columns = touched.view.slice(0, count);
        expect([...columns].sort((a, b) => a - b)).toEqual([...expected.keys()].sort((a, b) => a - b));
        for (const column of columns)
          expect(sums.view[column]).toBeCloseTo(expected.get(column) as number, 4);
      }
    }
  });

  it.each([0, 1, 7, 40, 100])("selects the %i largest, ties by lower column, ascending by column", (k) => {
    const random = createRandom(12);
    const values = Float32Array.from({ length: 100 }, () => random.below(10));
    const candidates = Uint32Array.from({ length: 80 }, (_, at) => at + 10);
    shuffleInPlace(candidates, random);
    const expected = [...candidates]
      .sort((a, b) => (values[b] as number) - (values[a] as number) || a - b)
      .slice(0, k)
      .sort((a, b) => a - b);
    for (const kernels of [simd, scalar]) {
      const touched = kernels.allocU32(100);
      touched.view.set(candidates);
      const scratch = kernels.allocF32(selectScratch(80));
      const sums = f32(kernels, values);
      const count = kernels.selectLargest({ sums, touched, touchedCount: 80, k, scratch });
      expect([...touched.view.slice(0, count)]).toEqual(expected);
    }
  });

  it("orders columns of any size", () => {
    const columns = [70_000, 3, 255, 256, 16_777_300, 65_536];
    const sums = simd.allocF32(16_777_301);
    const touched = simd.allocU32(6);
    touched.view.set(columns);
    const scratch = simd.allocF32(selectScratch(6));
    expect(simd.selectLargest({ sums, touched, touchedCount: 6, k: 9, scratch })).toBe(6);
    expect([...touched.view]).toEqual(columns.toSorted((a, b) => a - b));
  });

  it("scores by the weighted sum of rows", () => {
    // 2 · (0, 1, 3) + 0.5 · (4, 0, 2) = (2, 2, 7)
    for (const kernels of [simd, scalar]) {
      const rows = [[[1, 1] as [number, number], [2, 3] as [number, number]], [[1, 9] as [number, number]]];
      const matrix = sparse(kernels, [...rows, [[0, 4] as [number, number], [2, 2] as [number, number]]]);
      const rowIndices = kernels.allocU32(2);
      rowIndices.view.set([0, 2]);
      const out = f32(kernels, [7, 7, 7]);
      const rowWeights = f32(kernels, [2, 0.5]);
      kernels.scoreSparseInto({ matrix, columnCount: 3, rowIndices, rowWeights, count: 2, out });
      expect([...out.view]).toEqual([2, 2, 7]);
    }
  });
});
