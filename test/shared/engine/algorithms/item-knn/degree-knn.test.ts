import { describe, expect, it } from "vitest";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { fitModel, inputOf, matrixOf, randomRows, similarityRow } from "../fit-fixture.ts";

describeAlgorithmContract("DegreeKNN", { top_k: 10, weight_power: 1 });
describeAlgorithmContract("DegreeKNN", { top_k: 10, b: 0.5, a1: 0.3, a2: 0.6, weight_power: 0.5 });

const kernels = loadWasmKernels();
// Users of item 0: both; of items 1 and 2: one each. Weights 4 and 9 have the roots 2 and 3.
const matrix = matrixOf([
  [1, 4, 0],
  [1, 0, 9],
]);

describe("DegreeKNN", () => {
  it("divides what users share by powers of the degrees of user, source and target", () => {
    // Binary: user degrees 2 and 2, item degrees 2, 1, 1. W[0, 1] = 2^−½ · (1 · 2^−1) · 1; W[1, 0] = 1 · 2^−1 · 2^−2.
    const params = { b: 1, a1: 0.5, a2: 2, weight_power: 0 };
    const model = fitModel("DegreeKNN", inputOf(matrix, kernels), params);
    expect(similarityRow(model, 0)[1]).toBeCloseTo(2 ** -1.5, 5);
    expect(similarityRow(model, 1)[0]).toBeCloseTo(2 ** -3, 5);
    expect(similarityRow(model, 1)[2]).toBe(0);
  });

  it("takes powers of weights before it counts", () => {
    // Roots: user degrees 1 + 2 and 1 + 3, item degrees 2, 2, 3. W[0, 1] = (1 · 2 / 3) / 2, W[0, 2] = (1 · 3 / 4) / 3.
    const params = { b: 1, a1: 0, a2: 1, weight_power: 0.5 };
    const model = fitModel("DegreeKNN", inputOf(matrix, kernels), params);
    const row = similarityRow(model, 0);
    expect(row[1]).toBeCloseTo(1 / 3, 5);
    expect(row[2]).toBeCloseTo(1 / 4, 5);
    const four = new Float32Array(3);
    model.scoreProfileInto({ indices: Uint32Array.of(0), weights: Float32Array.of(4) }, four);
    expect(four[1]).toBeCloseTo(2 / 3, 5);
  });

  it("keeps the strongest targets of each source, the source itself aside", () => {
    const model = fitModel("DegreeKNN", inputOf(matrix, kernels), { top_k: 1, weight_power: 1, a2: 0, b: 0 });
    const row = similarityRow(model, 0);
    expect(row[1]).toBe(0);
    // W[0, 2] = 9 · d_0^−0.7 with d_0 = 2.
    expect(row[2]).toBeCloseTo(9 * 2 ** -0.7, 4);
  });

  it("equals RP3beta with b = a1 = alpha and a2 = beta on binary data", () => {
    const rows = randomRows(30, 20, 3).map((row) => row.map((value) => (value > 0 ? 1 : 0)));
    const input = inputOf(matrixOf(rows), kernels);
    // Chances of the first step take d_i^−1 and of the second d_u^−1 whatever alpha is, where all weights are 1.
    const ours = fitModel("DegreeKNN", input, { b: 1, a1: 1, a2: 0.4, top_k: 100 });
    const theirs = fitModel("RP3beta", input, { alpha: 0.7, beta: 0.4, top_k: 100 });
    for (let item = 0; item < 20; item++) {
      const expected = similarityRow(theirs, item);
      similarityRow(ours, item).forEach((value, at) => {
        expect(value).toBeCloseTo(expected[at] as number, 5);
      });
    }
  });

  it("equals the formula on random data, in every entry", () => {
    const rows = randomRows(25, 18, 9);
    const params = { b: 0.8, a1: 0.6, a2: 0.3, weight_power: 0.7, top_k: 18 };
    const model = fitModel("DegreeKNN", inputOf(matrixOf(rows), kernels), params);
    const a = rows.map((row) => row.map((value) => (value > 0 ? value ** params.weight_power : 0)));
    const userDegrees = a.map((row) => row.reduce((sum, value) => sum + value, 0));
    const column = (item: number) => a.map((row) => row[item] as number);
    const itemDegrees = Array.from({ length: 18 }, (_, item) => column(item).reduce((sum, x) => sum + x, 0));
    for (let i = 0; i < 18; i++) {
      const row = similarityRow(model, i);
      for (let j = 0; j < 18; j++) {
        let sum = 0;
        a.forEach((user, at) => {
          if (userDegrees[at])
            sum += (user[i] as number) * (user[j] as number) * (userDegrees[at] as number) ** -0.8;
        });
        const expected =
          i === j || sum === 0
            ? 0
            : sum * (itemDegrees[i] as number) ** -0.6 * (itemDegrees[j] as number) ** -0.3;
        expect(Math.abs((row[j] as number) - expected)).toBeLessThan(2e-5 * Math.max(1, ...row));
      }
    }
  });
});
