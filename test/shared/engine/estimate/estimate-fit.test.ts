import { afterAll, describe, expect, it } from "vitest";
import {
  ALGORITHM_NAMES,
  type AlgorithmName,
  type AlgorithmParams,
  BLEND_COMPONENTS,
} from "../../../../shared/contract/algorithms.ts";
import { type FitShape, keptEntries, shapeOf } from "../../../../shared/engine/algorithms/cost/fit-shape.ts";
import { algorithmOf } from "../../../../shared/engine/algorithms/registry.ts";
import { estimateFit, ISOLATE_BUDGET_MB } from "../../../../shared/engine/estimate/estimate-fit.ts";
import { requireRoom } from "../../../../shared/engine/estimate/require-room.ts";
import { fittingRanges } from "../../../../shared/engine/tune/plan/fitting-ranges.ts";
import { inputOf, matrixOf, randomRows } from "../algorithms/fit-fixture.ts";
import { loadWasmKernels } from "../kernels/load-kernels.ts";

const SHAPE: FitShape = { users: 1000, items: 500, interactions: 20_000 };
/** 16 bytes an interaction, 4 a row, and the objects of a fit. */
const BASE = 16 * 20_000 + 4 * 1500 + 1e6;
const LARGE: FitShape = { users: 60_000, items: 80_000, interactions: 2_000_000 };

const kernels = loadWasmKernels();
afterAll(() => kernels.freeAll());

describe("shapeOf", () => {
  it("counts updates and possible neighbours", () => {
    // Item 0 is with two others at one user and with one at another; item 3 is with nobody.
    const shape = shapeOf(
      matrixOf([
        [1, 1, 1, 0],
        [1, 1, 0, 0],
      ]),
    );
    expect(shape).toMatchObject({ users: 2, items: 4, interactions: 5, pairUpdates: 9 + 4 });
    const reach = shape.neighbours?.reduce((sum, { items, limit }) => sum + items * limit, 0);
    expect(reach).toBeCloseTo(3 + 3 + 2, 9);
    expect(keptEntries(shape, 1)).toBeCloseTo(3, 9);
    expect(keptEntries(shape, 100)).toBeCloseTo(8, 9);
  });
});

describe("estimateFit", () => {
  it("counts a copy of wide weights, where a fit or a part of a blend reads their logarithms", () => {
    const counts = matrixOf([
      [1, 1, 1, 0],
      [1, 90, 0, 0],
    ]);
    expect(shapeOf(counts).hasWideWeights).toBe(true);
    expect(shapeOf(matrixOf([[1, 5, 3, 0]])).hasWideWeights).toBeUndefined();
    const blendOf = (part: AlgorithmName) => ({
      ...Object.fromEntries(BLEND_COMPONENTS.map((name) => [`weight.${name}`, name === part ? 1 : 0])),
    });
    const more = (algorithm: AlgorithmName, params: AlgorithmParams = {}) =>
      estimateFit({ ...SHAPE, hasWideWeights: true }, algorithm, params).fitMb -
      estimateFit(SHAPE, algorithm, params).fitMb;
    const copy = (4 * SHAPE.interactions) / 1e6;
    expect(more("CosineKNN")).toBeCloseTo(copy, 9);
    expect(more("Blend", blendOf("CosineKNN"))).toBeCloseTo(copy, 9);
    expect(more("IALS")).toBe(0);
    expect(more("Blend", blendOf("IALS"))).toBe(0);
  });

  it("counts the places of an order, with the index of sessions", () => {
    const order = { places: 400_000, rows: 90_000 };
    for (const algorithm of ["TopPop", "SessionKNN", "TwoSidedKNN"] as const) {
      const plain = estimateFit(SHAPE, algorithm, {});
      const ordered = estimateFit({ ...SHAPE, order }, algorithm, {});
      const loaded = (24 * order.places + 8 * order.rows) / 1e6;
      expect(ordered.fitMb - plain.fitMb).toBeGreaterThan(loaded - 1e-6);
    }
    const indexed = estimateFit({ ...SHAPE, order }, "SessionKNN", {}).fitMb;
    // The index of each place, and what a request meets of each session.
    const least = (4 * order.places + 16 * order.rows) / 1e6;
    expect(indexed - estimateFit({ ...SHAPE, order }, "TopPop", {}).fitMb).toBeGreaterThan(least);
    expect(estimateFit({ ...SHAPE, order }, "SessionKNN", {}, 10).reason).toContain(
      "400000 places of their order",
    );
  });

  it("adds up the arrays of iALS", () => {
    // 64 floats a row; eight matrices of 64 × 64, and one in f64; a score an item; interactions of a step, all of them.
    const kernelBytes = 256 * 1500 + 40 * 64 ** 2 + 4 * 500 + 20 * 20_000;
    const { fitMb } = estimateFit(SHAPE, "IALS", { n_components: 64 });
    expect(fitMb).toBeCloseTo((BASE + kernelBytes) / 1e6, 6);
  });

  it("adds up the arrays of item neighbours", () => {
    // 100 neighbours of 8 bytes each, once as kept and once in the model, which is larger than the rows' work space.
    const kept = 8 * 500 * 100;
    const js = 16 * 500 + kept + 12 * 500;
    const { fitMb } = estimateFit(SHAPE, "CosineKNN", { top_k: 100 });
    expect(fitMb).toBeCloseTo((BASE + js + kept + 4 * 500) / 1e6, 6);
    // Weighting needs one more float an interaction.
    const weighed = estimateFit(SHAPE, "CosineKNN", { top_k: 100, feature_weighting: "BM_25" });
    expect(weighed.fitMb - fitMb).toBeCloseTo((4 * 20_000) / 1e6, 6);
  });

  it("adds up the arrays of a dense matrix", () => {
    const kernelBytes = 4 * 504 ** 2 + 8 * 20_000 + 4 * 1000 + 4 * 1000;
    expect(estimateFit(SHAPE, "DenseSLIM", {}).fitMb).toBeCloseTo((BASE + kernelBytes) / 1e6, 6);
  });

  it.each<[AlgorithmName, AlgorithmParams]>([
    ["IALS", { n_components: 32 }],
    ["BPR", { n_components: 31 }],
    ["LightFM", { n_components: 31, train_epochs: 2 }],
  ])("knows what %s takes of the kernels when it begins", (algorithm, params) => {
    const input = inputOf(matrixOf(randomRows(400, 300, 1, 0.1)), kernels);
    const before = kernels.allocatedBytes;
    const task = algorithmOf(algorithm).begin(input, params);
    while (!task.done) task.step();
    const taken = kernels.allocatedBytes - before;
    const shape = shapeOf(input.userItems);
    const base = 16 * shape.interactions + 4 * (shape.users + shape.items) + 1e6;
    const estimated = 1e6 * estimateFit(shape, algorithm, params).fitMb - base;
    expect(taken / estimated).toBeGreaterThan(0.75);
    expect(taken / estimated).toBeLessThan(1.05);
    task.dispose();
  });

  it("gives every algorithm finite figures, which grow with the data", () => {
    const twice = { users: 2000, items: 1000, interactions: 80_000 };
    for (const algorithm of ALGORITHM_NAMES) {
      const params = algorithm === "Blend" ? { "weight.IALS": 1, "weight.DegreeKNN": 1 } : {};
      const [small, large] = [SHAPE, twice].map((shape) => estimateFit(shape, algorithm, params));
      expect(small?.seconds).toBeGreaterThan(0);
      expect(large?.peakMb).toBeGreaterThan(small?.peakMb as number);
      expect(large?.seconds).toBeGreaterThan(small?.seconds as number);
      expect(small).toMatchObject({ accepted: true, reason: null });
    }
  });

  it("takes the components of a blend one by one, and their stored forms together", () => {
    const knn = estimateFit(LARGE, "DegreeKNN", { top_k: 100 }).peakMb;
    const factors = estimateFit(LARGE, "IALS", { n_components: 256 }).peakMb;
    const blend = { "weight.DegreeKNN": 1, "weight.IALS": 2, "IALS.n_components": 256 };
    const together = estimateFit(LARGE, "Blend", blend).peakMb;
    expect(together).toBeGreaterThan(Math.max(knn, factors));
    // 100 neighbours of six bytes, as there are more than 65,536 items, eight bytes an item, and factors at one byte each.
    expect(together).toBeLessThan(Math.max(knn, factors) + (80_000 * (608 + 260)) / 1e6 + 1);
    expect(together).toBeLessThan(knn + factors);
  });

  it("says what is too large, and what to lower", () => {
    const refused = estimateFit(LARGE, "IALS", { n_components: 256 });
    expect(refused).toMatchObject({ accepted: false });
    expect(refused.reason).toMatch(
      /^IALS needs about 1\d\d MB for 60000 users, 80000 items .* Lower n_components\.$/,
    );
    const blend = { "weight.DegreeKNN": 1, "weight.IALS": 2, "DegreeKNN.top_k": 1000 };
    expect(estimateFit(LARGE, "Blend", blend).reason).toMatch(
      /Lower IALS\.n_components or DegreeKNN\.top_k\.$/,
    );
    expect(estimateFit(LARGE, "EDLAE", {}).reason).toBe("EDLAE takes 4096 items at most, not 80000.");
  });

  it("takes the smaller of the two budgets", () => {
    const { peakMb } = estimateFit(SHAPE, "IALS", {});
    expect(estimateFit(SHAPE, "IALS", {}, peakMb - 0.1).accepted).toBe(false);
    expect(estimateFit(SHAPE, "IALS", {}, peakMb + 0.1).accepted).toBe(true);
    expect(estimateFit(LARGE, "IALS", { n_components: 256 }, 8000).reason).toContain(
      `${ISOLATE_BUDGET_MB} MB are available`,
    );
  });

  it("refuses parameters that the algorithm does not take", () => {
    expect(() => estimateFit(SHAPE, "IALS", { top_k: 5 })).toThrow(
      expect.objectContaining({ code: "BAD_PARAMETER" }),
    );
  });
});

describe("fittingRanges", () => {
  it("keeps to what can be trained on all data, where trials have a sample", () => {
    const refusal = (algorithm: string, { n_components: size = 64 }: Record<string, unknown>) =>
      algorithm === "TopPop" || Number(size) > 20 ? `${algorithm} is too large.` : null;
    const room = { shape: SHAPE, refusal };
    expect(fittingRanges(room, ["TopPop", "IALS"])).toEqual({
      algorithms: ["IALS"],
      limits: { "IALS.n_components": { high: 20 } },
      leftOut: [{ algorithm: "TopPop", reason: "TopPop is too large." }],
    });
  });

  it("leaves a search alone where everything fits", () => {
    const found = fittingRanges({ shape: SHAPE }, ["TopPop", "IALS", "DenseSLIM"]);
    expect(found).toEqual({ algorithms: ["TopPop", "IALS", "DenseSLIM"], limits: {}, leftOut: [] });
  });

  it("lowers sizes to the highest that fits, and leaves out what cannot", () => {
    const { algorithms, limits, leftOut } = fittingRanges({ shape: LARGE }, ["IALS", "EDLAE", "DegreeKNN"]);
    expect(algorithms).toEqual(["IALS", "DegreeKNN"]);
    expect(leftOut).toEqual([{ algorithm: "EDLAE", reason: "EDLAE takes 4096 items at most, not 80000." }]);
    const high = limits["IALS.n_components"]?.high as number;
    expect(estimateFit(LARGE, "IALS", { n_components: high }).accepted).toBe(true);
    expect(estimateFit(LARGE, "IALS", { n_components: high + 1 }).accepted).toBe(false);
  });

  it("finds nothing within a budget that the data exceed", () => {
    expect(fittingRanges({ shape: LARGE, budgetMb: 10 }, ["TopPop", "IALS"])).toMatchObject({
      algorithms: [],
      limits: {},
    });
  });
});

describe("requireRoom", () => {
  it("counts the order that the data have", () => {
    const userItems = matrixOf([
      [1, 1],
      [0, 1],
    ]);
    const { peakMb } = requireRoom({ userItems }, "TopPop", {});
    const sequences = { items: new Uint32Array(1e6), offsets: new Uint32Array(3), sessionCount: 250_000 };
    const ordered = requireRoom({ userItems, sequences }, "TopPop", {});
    expect(ordered.peakMb - peakMb).toBeCloseTo(24 + 2, 6);
    const sessions = { offsets: new Uint32Array(500_001) };
    expect(requireRoom({ userItems, sequences, sessions }, "TopPop", {}).peakMb - peakMb).toBeCloseTo(28, 6);
  });

  it("throws the reason", () => {
    const matrix = matrixOf([[1, 1]]);
    expect(requireRoom({ userItems: matrix }, "TopPop", {}).accepted).toBe(true);
    expect(() => requireRoom({ userItems: matrix }, "TopPop", {}, 1)).toThrow(
      expect.objectContaining({
        code: "BAD_PARAMETER",
        message: expect.stringContaining("1 MB are available"),
      }),
    );
  });
});
