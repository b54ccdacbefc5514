import { describe, expect, it } from "vitest";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import { cutFor } from "#engine/algorithms/item-knn/random-walk.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { fitModel, inputOf, matrixOf, similarityRow } from "../fit-fixture.ts";

describeAlgorithmContract("P3alpha", { top_k: 10, alpha: 0.8 });
describeAlgorithmContract("RP3beta", { top_k: 10, alpha: 0.8, beta: 0.4, normalize_weight: true });
describeAlgorithmContract("RP3beta", { top_k: 10, beta: 0.4, cut_by: "source" });

const kernels = loadWasmKernels();
const matrix = matrixOf([
  [1, 3, 0],
  [1, 0, 1],
]);

/** Three items that this many people have each, in different company, and one that nobody has. */
function longMatrix(count: number) {
  return matrixOf([
    ...Array.from({ length: count - 4 }, () => [1, 1, 0, 0]),
    ...Array.from({ length: 4 }, () => [1, 0, 1, 0]),
    ...Array.from({ length: 4 }, () => [0, 1, 1, 0]),
    ...Array.from({ length: count - 8 }, () => [0, 0, 1, 0]),
  ]);
}

describe("P3alpha", () => {
  it("is the chance to walk from an item over a user to another item", () => {
    // From item 0 to either user with ½; user 0 goes on to item 1 with ¾, user 1 to item 2 with ½.
    const row = similarityRow(fitModel("P3alpha", inputOf(matrix, kernels), {}), 0);
    expect(row).toEqual([0, 0.375, 0.25]);
  });

  it("raises weights to alpha before it takes shares", () => {
    // User 0 goes from item 0 on to item 1 with 9 / (1 + 9).
    const row = similarityRow(fitModel("P3alpha", inputOf(matrix, kernels), { alpha: 2 }), 0);
    expect(row[1]).toBeCloseTo(0.5 * 0.9, 6);
  });

  it("keeps the strongest sources of each target when cut by target", () => {
    // Sources of item 1 are itself (¾) and item 0 (0.375): with one kept, nothing else leads to it.
    const row = similarityRow(
      fitModel("P3alpha", inputOf(matrix, kernels), { top_k: 1, cut_by: "target" }),
      0,
    );
    expect(row[1]).toBe(0);
  });

  it.each([
    ["target", 26],
    ["source", 25],
  ])("cuts by %s where %s interactions are known of each item that is known", (cut, count) => {
    const input = inputOf(longMatrix(count), kernels);
    expect(cutFor(input.itemUsers)).toBe(cut);
    const rowsOf = (params: AlgorithmParams) =>
      [0, 1, 2].map((item) => similarityRow(fitModel("P3alpha", input, { top_k: 2, ...params }), item));
    expect(rowsOf({})).toEqual(rowsOf({ cut_by: cut }));
    expect(rowsOf({ cut_by: "source" })).not.toEqual(rowsOf({ cut_by: "target" }));
  });

  it("goes on by source from a checkpoint of a version that did not write down its cut", () => {
    const input = inputOf(longMatrix(26), kernels);
    const begun = algorithmOf("P3alpha").begin(input, { top_k: 2 });
    const former = begun.checkpoint().filter(({ name }) => name !== "walk.cut");
    begun.dispose();
    const task = algorithmOf("P3alpha").resume(input, { top_k: 2 }, former);
    while (!task.done) task.step();
    const bySource = fitModel("P3alpha", input, { top_k: 2, cut_by: "source" });
    for (const item of [0, 1, 2])
      expect(similarityRow(task.model(), item)).toEqual(similarityRow(bySource, item));
  });
});

describe("RP3beta", () => {
  it("keeps the likeliest targets of each source when cut by source", () => {
    // Row 0 of P3alpha is (0.375, 0.375, 0.25); with beta 1 and weight sums 2, 3, 1 it is (0.1875, 0.125, 0.25).
    const params = { beta: 1, top_k: 1, cut_by: "source" };
    expect(similarityRow(fitModel("RP3beta", inputOf(matrix, kernels), params), 0)).toEqual([0, 0, 0.25]);
  });

  it("divides by the popularity of the target to the power of beta", () => {
    // Weight sums of the items: 2, 3, 1.
    const row = similarityRow(fitModel("RP3beta", inputOf(matrix, kernels), { beta: 0.5 }), 0);
    expect(row[1]).toBeCloseTo(0.375 / Math.sqrt(3), 6);
    expect(row[2]).toBeCloseTo(0.25, 6);
  });

  it("makes a row sum to one with the item's own share when it normalises", () => {
    // Row 0 of P3alpha is (½·¼ + ½·½, 0.375, 0.25) and sums to 1 already; with beta 1 it is (0.1875, 0.125, 0.25).
    const params = { beta: 1, normalize_weight: true };
    const row = similarityRow(fitModel("RP3beta", inputOf(matrix, kernels), params), 0);
    expect(row[1]).toBeCloseTo(0.125 / 0.5625, 6);
    expect(row[2]).toBeCloseTo(0.25 / 0.5625, 6);
  });
});
