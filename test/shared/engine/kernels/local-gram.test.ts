import { afterEach, describe, expect, it } from "vitest";
import type { Kernels } from "../../../../shared/engine/kernels/kernels.ts";
import { createScalarKernels } from "../../../../shared/engine/kernels/scalar-kernels.ts";
import { createRandom } from "../../../../shared/engine/random.ts";
import { randomSparse, sparse } from "./kernel-fixture.ts";
import { loadWasmKernels } from "./load-kernels.ts";

const simd = loadWasmKernels();
const scalar = createScalarKernels();
const USER_COUNT = 40;

afterEach(() => {
  simd.freeAll();
  scalar.freeAll();
});

/** The Gram matrix of some items, after a call for all items, which must leave no trace. */
function gramOf(kernels: Kernels, rows: [number, number][][], chosen: readonly number[], stride: number) {
  const itemUsers = sparse(kernels, rows);
  const entryCount = rows.flat().length;
  const scratch = {
    users: kernels.allocU32(USER_COUNT),
    touched: kernels.allocU32(USER_COUNT),
    entries: kernels.allocU32(2 * entryCount),
  };
  const run = (items: readonly number[], rowStride: number) => {
    const buffer = kernels.allocU32(items.length);
    buffer.view.set(items);
    const gram = kernels.allocF32(items.length * rowStride);
    const call = { itemUsers, items: buffer, count: items.length, stride: rowStride, ...scratch, gram };
    kernels.addLocalGram(call);
    return gram.view.slice();
  };
  run([...rows.keys()], rows.length);
  expect(scratch.users.view.every((word) => word === 0)).toBe(true);
  return run(chosen, stride);
}

describe("a local Gram matrix", () => {
  it("holds the sums over shared users, lower triangle, in the order of the items", () => {
    // Item 0: user 1 by 2, user 5 by 3. Item 1: user 5 by 4. Chosen in the order 1, 0: 16, then 12 and 13.
    const rows: [number, number][][] = [
      [
        [1, 2],
        [5, 3],
      ],
      [[5, 4]],
    ];
    for (const kernels of [simd, scalar]) {
      expect([...gramOf(kernels, rows, [1, 0], 4)]).toEqual([16, 0, 0, 0, 12, 13, 0, 0]);
    }
  });

  it.each([1, 2, 3, 8, 13, 25])("of %i items is the same in both kernels", (count) => {
    const random = createRandom(count);
    const rows = randomSparse(random, 25, USER_COUNT);
    const chosen = [...rows.keys()].sort((a, b) => ((a * 11) % 25) - ((b * 11) % 25)).slice(0, count);
    const stride = count + 3;
    const [actual, expected] = [simd, scalar].map((kernels) => gramOf(kernels, rows, chosen, stride));
    for (const [at, value] of (expected as Float32Array).entries())
      expect(actual?.[at]).toBeCloseTo(value, 4);
  });
});
