import { describe, expect, it } from "vitest";
import type { AlgorithmParams } from "../../../../../shared/contract/algorithms.ts";
import { cosineKnn } from "../../../../../shared/engine/algorithms/item-knn/cosine-knn.ts";
import type { Section } from "../../../../../shared/engine/artifact/section.ts";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { copyOf } from "../../../../setup/copy-of.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { fitModel, inputOf, matrixOf, randomRows, runToEnd, similarityRow } from "../fit-fixture.ts";

describeAlgorithmContract("CosineKNN", { top_k: 8, normalize: true, shrinkage: 2 });

const kernels = loadWasmKernels();

function rowOf(rows: number[][], item: number, params: AlgorithmParams): number[] {
  return similarityRow(fitModel("CosineKNN", inputOf(matrixOf(rows), kernels), params), item);
}

describe("CosineKNN", () => {
  const rows = [
    [1, 2, 0],
    [3, 0, 1],
    [0, 1, 1],
  ];

  it("sums products of weights, without the diagonal", () => {
    // Item 0 with item 1: 1·2 = 2; with item 2: 3·1 = 3.
    expect(rowOf(rows, 0, { top_k: 10 })).toEqual([0, 2, 3]);
  });

  it("divides by both norms plus the shrinkage", () => {
    // |0| = √10, |1| = √5, |2| = √2
    const row = rowOf(rows, 0, { top_k: 10, normalize: true, shrinkage: 4 });
    expect(row[1]).toBeCloseTo(2 / (Math.sqrt(50) + 4), 5);
    expect(row[2]).toBeCloseTo(3 / (Math.sqrt(20) + 4), 5);
  });

  it("ignores the shrinkage when it does not normalise", () => {
    expect(rowOf(rows, 0, { top_k: 10, shrinkage: 50 })).toEqual([0, 2, 3]);
  });

  it("counts the item itself among the columns a row keeps", () => {
    // Row 0 is 10, 2, 3: with two kept, the diagonal and item 2 remain, and the diagonal is dropped.
    expect(rowOf(rows, 0, { top_k: 2 })).toEqual([0, 0, 3]);
    expect(rowOf(rows, 0, { top_k: 1 })).toEqual([0, 0, 0]);
  });

  it("weighs only the target side", () => {
    // TF-IDF of item 1 (df 2 of 3 users): ln(3/3) = 0, so nothing points at any item of two users.
    expect(rowOf(rows, 0, { top_k: 10, feature_weighting: "TF_IDF" })).toEqual([0, 0, 0]);
    const wide = [...rows, [0, 0, 0], [0, 0, 0], [0, 0, 0]];
    const row = rowOf(wide, 0, { top_k: 10, feature_weighting: "TF_IDF" });
    expect(row[2]).toBeCloseTo(3 * Math.log(6 / 3), 5);
  });

  it("resumes between the steps of a larger fit to the very same model", () => {
    const input = inputOf(matrixOf(randomRows(150, 800, 4, 0.05)), kernels);
    const task = cosineKnn.begin(input, { top_k: 20 });
    const checkpoints: Section[][] = [];
    while (!task.done) {
      task.step();
      checkpoints.push(copyOf(task.checkpoint()));
    }
    expect(checkpoints.length).toBeGreaterThan(2);
    const expected = task.model().encode();
    for (const checkpoint of checkpoints) {
      expect(runToEnd(cosineKnn.resume(input, { top_k: 20 }, checkpoint)).encode()).toEqual(expected);
    }
  });

  it("equals a dense computation, cut to the largest of each row", () => {
    const random = randomRows(60, 40, 3);
    const topK = 9;
    for (let item = 0; item < 40; item++) {
      const dense = Array.from({ length: 40 }, (_, other) =>
        random.reduce((sum, row) => sum + (row[item] as number) * (row[other] as number), 0),
      );
      const kept = new Set(
        [...dense.keys()].sort((a, b) => (dense[b] as number) - (dense[a] as number) || a - b).slice(0, topK),
      );
      const expected = dense.map((value, other) => (kept.has(other) && other !== item ? value : 0));
      expect(rowOf(random, item, { top_k: topK })).toEqual(expected);
    }
  });
});
