import { describe, expect, it } from "vitest";
import type { AlgorithmName, AlgorithmParams } from "../../../../../shared/contract/algorithms.ts";
import type { Model } from "../../../../../shared/engine/algorithms/fit/algorithm.ts";
import { algorithmOf } from "../../../../../shared/engine/algorithms/registry.ts";
import type { CsrMatrix } from "../../../../../shared/engine/data/csr-matrix.ts";
import { csrRow } from "../../../../../shared/engine/data/csr-row.ts";
import { logOfWeights, unitOfWide } from "../../../../../shared/engine/data/wide-weights.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { fitModel, inputOf, matrixOf, randomRows, runToEnd } from "../fit-fixture.ts";

const kernels = loadWasmKernels();
const ratings = matrixOf(randomRows(30, 20, 4));
/** Counts that double with every step of a rating, the largest 500 medians. */
const counts: CsrMatrix = { ...ratings, values: ratings.values.map((rating) => Math.round(8 ** rating)) };
const unit = unitOfWide(counts.values) as number;
const logs: CsrMatrix = { ...counts, values: logOfWeights(counts.values, unit) };

const FEW = { n_components: 4 };
const CASES: [AlgorithmName, AlgorithmParams][] = [
  ["CosineKNN", {}],
  ["CosineUserKNN", {}],
  ["DegreeKNN", {}],
  ["RP3beta", {}],
  ["DenseSLIM", {}],
  ["SLIM", {}],
  ["SparseSLIM", {}],
  ["TruncatedSVD", FEW],
  ["NMF", FEW],
  ["GFCF", FEW],
];

function scoresOf(model: Model, { rowCount, columnCount, ...matrix }: CsrMatrix): number[][] {
  return Array.from({ length: rowCount }, (_, user) => {
    const out = new Float32Array(columnCount);
    model.scoreProfileInto(csrRow({ rowCount, columnCount, ...matrix }, user), out);
    return [...out];
  });
}

describe.each(CASES)("%s on wide counts", (name, params) => {
  const model = fitModel(name, inputOf(counts, kernels), params);
  const expected = scoresOf(fitModel(name, inputOf(logs, kernels), params), logs);

  it("is the model of their logarithms, for profiles of counts", () => {
    expect(scoresOf(model, counts)).toEqual(expected);
  });

  it("scores the same after it was stored", () => {
    expect(scoresOf(algorithmOf(name).decode(model.encode(), kernels), counts)).toEqual(
      scoresOf(fitStored(name, params), logs),
    );
  });

  it("scores users in blocks as one by one", () => {
    const { blocks } = model;
    if (!blocks) return;
    const users = [0, 1, 4].map((index) => ({ index, profile: csrRow(counts, index) }));
    const out = kernels.allocF32(blocks.capacity * counts.columnCount);
    blocks.scoreUsersInto(users.slice(0, blocks.capacity), out);
    for (const [row, { index, profile }] of users.slice(0, blocks.capacity).entries()) {
      const own = new Float32Array(counts.columnCount);
      model.scoreUserInto(index, profile, own);
      for (const [item, score] of own.entries()) {
        expect(out.view[row * counts.columnCount + item]).toBeCloseTo(score, 4);
      }
    }
    out.free();
  });
});

/** A stored model of the logarithms. */
function fitStored(name: AlgorithmName, params: AlgorithmParams): Model {
  return algorithmOf(name).decode(fitModel(name, inputOf(logs, kernels), params).encode(), kernels);
}

describe("fits on weights that are not wide", () => {
  it.each(CASES)("of %s store what they did before", (name, params) => {
    const names = fitModel(name, inputOf(ratings, kernels), params)
      .encode()
      .map((section) => section.name);
    expect(names).not.toContain("weights.unit");
  });
});

describe("a checkpoint", () => {
  const { begin, resume } = algorithmOf("NMF");
  const STEPS = 3;

  it("continues with the unit that its fit began with", () => {
    const input = inputOf(counts, kernels);
    const whole = runToEnd(begin(input, FEW));
    const task = begin(input, FEW);
    for (let step = 0; step < STEPS; step++) task.step();
    const kept = task.checkpoint().map(({ name, data }) => ({ name, data: data.slice() }));
    task.dispose();
    expect(scoresOf(runToEnd(resume(input, FEW, kept)), counts)).toEqual(scoresOf(whole, counts));
  });

  it("without a unit continues on weights as they are", () => {
    const input = inputOf(counts, kernels);
    const task = begin(input, FEW);
    for (let step = 0; step < STEPS; step++) task.step();
    const former = task
      .checkpoint()
      .filter(({ name }) => name !== "weights.unit")
      .map(({ name, data }) => ({ name, data: data.slice() }));
    task.dispose();
    const model = runToEnd(resume(input, FEW, former));
    expect(model.encode().map(({ name }) => name)).not.toContain("weights.unit");
  });

  it("with a damaged unit is refused", () => {
    const sections = fitModel("CosineKNN", inputOf(counts, kernels), {}).encode();
    const damaged = sections.map((section) =>
      section.name === "weights.unit" ? { ...section, data: Float64Array.of(0) } : section,
    );
    expect(() => algorithmOf("CosineKNN").decode(damaged, kernels)).toThrow(/weights\.unit/);
  });
});

describe("unitOfWide", () => {
  it("scales with the weights, so that logarithms do not", () => {
    const hours = counts.values.map((count) => count / 64);
    expect(unitOfWide(hours)).toBeCloseTo(unit / 64);
    expect(logOfWeights(hours, unit / 64)).toEqual(logs.values);
  });

  it("is null for ratings and for equal weights", () => {
    expect(unitOfWide(ratings.values)).toBeNull();
    expect(unitOfWide(new Float32Array(9).fill(7))).toBeNull();
    expect(unitOfWide(new Float32Array(0))).toBeNull();
  });
});
