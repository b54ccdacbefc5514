import { afterEach, describe, expect, it } from "vitest";
import { findAlgorithm } from "../../../../../shared/contract/algorithm-names.ts";
import type { FitInput, Model } from "../../../../../shared/engine/algorithms/fit/algorithm.ts";
import { MAX_SOURCES } from "../../../../../shared/engine/algorithms/regression/sparse-slim.ts";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { fitModel, inputOf, matrixOf, randomRows, similarityRow } from "../fit-fixture.ts";

const PLAIN = { b: 0, a: 0, c: 0, weight_power: 1 };

describeAlgorithmContract("SparseSLIM", { reg: 5, top_k: 8 });
describeAlgorithmContract("SparseSLIM", { reg: 2, top_k: 30, ...PLAIN });

const kernels = loadWasmKernels();

afterEach(() => kernels.freeAll());

/** Weights by the formula, in f64 and with dense matrices; degrees and weights for weight_power 1. */
function weightsByDefinition(
  rows: readonly (readonly number[])[],
  { reg, b, a, c, top_k }: Record<"reg" | "b" | "a" | "c" | "top_k", number>,
): number[][] {
  const items = [...(rows[0] as number[]).keys()];
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const userDegrees = rows.map(sum);
  const itemDegrees = items.map((item) => sum(rows.map((row) => row[item] as number)));
  const power = (degree: number, exponent: number) => (degree > 0 ? degree ** exponent : 0);
  const userFactors = userDegrees.map((degree) => power(degree, -b / 2));
  const itemFactors = itemDegrees.map((degree) => power(degree, -a));
  const scaled = rows.map((row, user) =>
    row.map((value, item) => value * (userFactors[user] as number) * (itemFactors[item] as number)),
  );
  const gram = items.map((i) =>
    items.map((j) => sum(scaled.map((x) => (x[i] as number) * (x[j] as number)))),
  );
  const squares = (matrix: readonly (readonly number[])[]) =>
    sum(matrix.flat().map((value) => value * value));
  const ridge = (reg * squares(scaled)) / squares(rows);
  const targetsOf = (i: number) =>
    items
      .filter((j) => j !== i && (gram[i]?.[j] as number) > 0)
      .sort((j, k) => (gram[i]?.[k] as number) - (gram[i]?.[j] as number) || j - k)
      .slice(0, top_k);
  const chosen = items.map((i) => new Set(targetsOf(i)));
  const weights = items.map(() => items.map(() => 0));
  for (const target of items) {
    const sources = items.filter((i) => chosen[i]?.has(target));
    const system = sources.map((i) => sources.map((k) => (gram[i]?.[k] as number) + (i === k ? ridge : 0)));
    const solution = solve(
      system,
      sources.map((i) => gram[i]?.[target] as number),
    );
    for (const [at, i] of sources.entries()) {
      const factor = power(itemDegrees[target] as number, c) * (itemFactors[i] as number);
      (weights[i] as number[])[target] = (solution[at] as number) * factor;
    }
  }
  return weights;
}

/** Gauss–Jordan. */
function solve(matrix: number[][], right: number[]): number[] {
  const size = right.length;
  const rows = matrix.map((row, i) => [...row, right[i] as number]);
  for (let pivot = 0; pivot < size; pivot++) {
    const own = rows[pivot] as number[];
    const scale = own[pivot] as number;
    rows[pivot] = own.map((value) => value / scale);
    for (let i = 0; i < size; i++) {
      const factor = rows[i]?.[pivot] as number;
      if (i !== pivot)
        rows[i] = (rows[i] as number[]).map((value, k) => value - factor * (rows[pivot]?.[k] as number));
    }
  }
  return rows.map((row) => row[size] as number);
}

describe("SparseSLIM", () => {
  it("is EASE when every item helps to explain every other", () => {
    const matrix = matrixOf(randomRows(60, 40, 3, 0.4));
    const sparse = fitModel("SparseSLIM", inputOf(matrix, kernels), { ...PLAIN, reg: 3, top_k: 40 });
    const dense = fitModel("DenseSLIM", inputOf(matrix, kernels), { reg: 3 });
    let negative = 0;
    for (let item = 0; item < 40; item++) {
      const expected = similarityRow(dense, item);
      for (const [at, weight] of similarityRow(sparse, item).entries()) {
        // Packing loses entries below 1/131,070 of the largest of their row.
        expect(Math.abs(weight - (expected[at] as number))).toBeLessThan(1e-5);
        if (weight < 0) negative++;
      }
    }
    expect(negative).toBeGreaterThan(100);
  });

  it.each([
    { reg: 3, b: 0.6, a: 0.2, c: 0.3, top_k: 6 },
    { reg: 1, b: 1, a: 0.5, c: 0, top_k: 12 },
    { reg: 20, b: 0, a: 0, c: 0, top_k: 3 },
  ])("solves each item on those that chose it: %o", (params) => {
    const rows = randomRows(50, 30, 9, 0.3).map((row, user) =>
      row.map((value, item) => value * (1 + ((user * 7 + item * 3) % 11) / 10)),
    );
    const model = fitModel("SparseSLIM", inputOf(matrixOf(rows), kernels), { ...params, weight_power: 1 });
    const expected = weightsByDefinition(rows, params);
    for (const [item, row] of expected.entries()) {
      const found = similarityRow(model, item);
      for (const [other, weight] of row.entries()) expect(found[other]).toBeCloseTo(weight, 4);
    }
  });

  it("takes the strongest where more items chose an item than its regression holds", () => {
    // Everyone has item 0 and one other; item 1 + n is shared by 1 + n % 3 people.
    const count = MAX_SOURCES + 89;
    const rows: number[][] = [];
    for (let item = 1; item <= count; item++) {
      for (let person = 0; person < 1 + (item % 3); person++) {
        const row = new Array<number>(count + 1).fill(0);
        row[0] = 1;
        row[item] = 1;
        rows.push(row);
      }
    }
    const model = fitModel("SparseSLIM", inputOf(matrixOf(rows), kernels), { ...PLAIN, reg: 1, top_k: 1 });
    const toFirst = Array.from({ length: count }, (_, at) => similarityRow(model, at + 1)[0] as number);
    expect(toFirst.filter((weight) => weight > 0)).toHaveLength(MAX_SOURCES);
    // Those that share one person with item 0 are the weakest: all 400 others are kept, and of those the first 111.
    const weakest = toFirst.filter((_, at) => (at + 1) % 3 === 0);
    expect(weakest.filter((weight) => weight > 0)).toHaveLength(MAX_SOURCES - 400);
    expect(weakest.indexOf(0)).toBe(MAX_SOURCES - 400);
  });

  it("says when its system cannot be solved", () => {
    const twins = matrixOf([
      [5000, 5000, 5000],
      [5000, 5000, 5000],
    ]);
    expect(() => fitModel("SparseSLIM", inputOf(twins, kernels), { ...PLAIN, reg: 1e-6 })).toThrow(
      expect.objectContaining({ code: "SINGULAR" }),
    );
  });

  it("is found by its names in papers", () => {
    for (const name of ["SparseSLIM", "SANSA", "sparseEASE", "SparseSLIMRecommender"]) {
      expect(findAlgorithm(name)).toBe("SparseSLIM");
    }
  });
});

describe("SparseSLIM with features of items", () => {
  // Every item has interactions, so that no item is scored by the maps of newcomers.
  const rows = [...randomRows(24, 12, 5, 0.6), new Array<number>(12).fill(1)];
  const labels = randomRows(12, 4, 6, 0.5).map((row) => row.map((value) => (value > 0 ? 1 : 0)));
  const items = matrixOf(labels);
  const settings = { reg: 3, top_k: 12, b: 0.4, a: 0.2, c: 0.1, weight_power: 1 };
  const weightsOf = (model: Model) => rows[0]?.map((_, item) => [...similarityRow(model, item)]);
  const fitWith = (features: FitInput["features"], weight: number) =>
    fitModel(
      "SparseSLIM",
      { ...inputOf(matrixOf(rows), kernels), features },
      { ...settings, feature_weight: weight },
    );

  it("takes features as users, by the root of their weight", () => {
    const byFeature = (labels[0] ?? []).map((_, feature) =>
      labels.map((row) => 3 * (row[feature] as number)),
    );
    const stacked = fitModel("SparseSLIM", inputOf(matrixOf([...rows, ...byFeature]), kernels), settings);
    expect(weightsOf(fitWith({ items }, 9))).toEqual(weightsOf(stacked));
    expect(weightsOf(fitWith({ items }, 9))).not.toEqual(weightsOf(fitWith({ items }, 0)));
  });

  it("raises the weights of interactions alone", () => {
    const half = { ...settings, weight_power: 0.5, feature_weight: 9 };
    const roots = matrixOf(rows.map((row) => row.map((weight) => Math.sqrt(weight))));
    const raised = fitModel("SparseSLIM", { ...inputOf(matrixOf(rows), kernels), features: { items } }, half);
    const plain = { ...settings, feature_weight: 9 };
    const expected = fitModel("SparseSLIM", { ...inputOf(roots, kernels), features: { items } }, plain);
    expect(weightsOf(raised)).toEqual(weightsOf(expected));
  });

  it("leaves out numbers, which have values below 0", () => {
    const withNumber = matrixOf(labels.map((row, item) => [...row, item % 2 === 0 ? -1.5 : 1.5]));
    expect(weightsOf(fitWith({ items: withNumber }, 9))).toEqual(weightsOf(fitWith({ items }, 9)));
  });

  it("is the same to the last bit without a table, and without a weight", () => {
    const sections = (features: FitInput["features"], weight: number) =>
      fitWith(features, weight)
        .encode()
        .filter(({ name }) => !name.startsWith("feature-map."));
    expect(sections(undefined, 9)).toEqual(sections(undefined, 0));
    expect(sections({ items }, 0)).toEqual(sections(undefined, 0));
    expect(sections({ users: matrixOf(rows) }, 9)).toEqual(sections(undefined, 0));
  });

  it("refuses a table that does not fit the items", () => {
    expect(() => fitWith({ items: matrixOf(labels.slice(1)) }, 9)).toThrowError(
      expect.objectContaining({ code: "BAD_DATA" }),
    );
  });
});
