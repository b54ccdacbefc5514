import { afterEach, describe, expect, it } from "vitest";
import {
  endOfRows,
  multiplyByGram,
  panelWidth,
} from "../../../../../shared/engine/algorithms/linear-algebra/gram-product.ts";
import { rowsOf } from "../../../../../shared/engine/data/row-reader.ts";
import { transpose } from "../../../../../shared/engine/data/transpose.ts";
import { createRandom } from "../../../../../shared/engine/random.ts";
import { f32 } from "../../kernels/kernel-fixture.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { matrixOf, randomRows } from "../fit-fixture.ts";

const kernels = loadWasmKernels();
afterEach(() => kernels.freeAll());

describe("multiplyByGram", () => {
  it.each([
    ["one panel", 40, 30, 80],
    ["three panels, the last one narrower", 400, 20, 80],
    ["fewer columns than a panel", 25, 12, 8],
  ])("equals XᵀX · basis in %s", (_name, rowCount, columnCount, stride) => {
    const rows = randomRows(rowCount, columnCount, 3, 0.3);
    const matrix = matrixOf(rows);
    const random = createRandom(5);
    const basis = Array.from({ length: columnCount * stride }, () => random.next() - 0.5);
    const image = kernels.allocF32(columnCount * stride);
    const operands = {
      ...{ matrix: rowsOf(matrix), transposed: rowsOf(transpose(matrix)) },
      ...{ basis: f32(kernels, basis), stride, image },
    };
    const shares = [...multiplyByGram(kernels, operands)];
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    const column = (k: number) => Array.from({ length: columnCount }, (_, item) => basis[item * stride + k]);
    for (let k = 0; k < stride; k++) {
      const entries = column(k) as number[];
      const products = rows.map((row) =>
        row.reduce((sum, value, item) => sum + value * (entries[item] as number), 0),
      );
      for (let item = 0; item < columnCount; item++) {
        const expected = products.reduce(
          (sum, value, user) => sum + value * (rows[user]?.[item] as number),
          0,
        );
        expect(Math.abs((image.view[item * stride + k] as number) - expected)).toBeLessThan(1e-2);
      }
    }
  });

  it("takes as many columns together as twice the basis holds, and 32 at least", () => {
    expect(panelWidth(80, 31_668, 38_048)).toBe(80);
    expect(panelWidth(80, 6040, 3706)).toBe(80);
    expect(panelWidth(80, 9000, 3706)).toBe(40);
    expect(panelWidth(80, 140_000, 5_000)).toBe(32);
  });
});

describe("endOfRows", () => {
  const matrix = matrixOf([
    [1, 1, 1],
    [0, 0, 0],
    [0, 0, 0],
    [1, 0, 0],
  ]);

  it("takes one row at least, and counts each further row as an entry", () => {
    expect(endOfRows(matrix, 0, 1)).toBe(1);
    expect(endOfRows(matrix, 0, 4)).toBe(2);
    expect(endOfRows(matrix, 0, 5)).toBe(3);
    expect(endOfRows(matrix, 0, 7)).toBe(4);
  });
});
