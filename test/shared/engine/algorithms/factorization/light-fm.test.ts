import { describe, expect, it } from "vitest";
import type { FitInput } from "../../../../../shared/engine/algorithms/fit/algorithm.ts";
import { algorithmOf } from "../../../../../shared/engine/algorithms/registry.ts";
import type { Kernels } from "../../../../../shared/engine/kernels/kernels.ts";
import { createScalarKernels } from "../../../../../shared/engine/kernels/scalar-kernels.ts";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { copyOf } from "../../../../setup/copy-of.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { inputOf, matrixOf, randomRows, runToEnd } from "../fit-fixture.ts";

// A ridge regression gives smaller scores than the fit.
const TRAITS = { isExplainable: false, isSeeded: true, foldInTolerance: Number.POSITIVE_INFINITY };
describeAlgorithmContract("LightFM", { n_components: 4, train_epochs: 60, learning_rate: 0.1 }, TRAITS);

const USER_ITEMS = matrixOf(randomRows(30, 25, 3));
const FEATURES = { items: matrixOf(randomRows(25, 6, 9)), users: matrixOf(randomRows(30, 5, 8)) };

const withFeatures = (kernels: Kernels): FitInput => ({
  ...inputOf(USER_ITEMS, kernels),
  features: FEATURES,
});

const CASES = ["warp", "bpr", "logistic"].flatMap((loss) =>
  ["adagrad", "adadelta"].flatMap((schedule) => [0, 1e-3].map((alpha) => ({ loss, schedule, alpha }))),
);

describe.each(CASES)("LightFM with $loss, $schedule and a penalty of $alpha", ({ loss, schedule, alpha }) => {
  const algorithm = algorithmOf("LightFM");
  const params = {
    ...{ n_components: 6, loss, learning_schedule: schedule, train_epochs: 3, weight_power: 0.5 },
    ...{ item_alpha: alpha, user_alpha: alpha },
  };

  it("finds the same vectors with both kernels", () => {
    const [simd = [], scalar = []] = [loadWasmKernels(), createScalarKernels()].map((kernels) => {
      const sections = runToEnd(algorithm.begin(withFeatures(kernels), params)).encode();
      return [...(sections.find(({ name }) => name === "light-fm.item-factors")?.data ?? [])].map(Number);
    });
    expect(simd).toHaveLength(25 * 7);
    expect(Math.max(...simd.map((value, at) => Math.abs(value - (scalar[at] as number))))).toBeLessThan(1e-5);
  });

  it("resumes from any step to the very same model", () => {
    const input = withFeatures(loadWasmKernels());
    const expected = runToEnd(algorithm.begin(input, params)).encode();
    const whole = algorithm.begin(input, params);
    for (; !whole.done; whole.step()) {
      const resumed = algorithm.resume(input, params, copyOf(whole.checkpoint()));
      expect(runToEnd(resumed).encode()).toEqual(expected);
    }
    whole.dispose();
  });
});

describe("An item without interactions in LightFM", () => {
  /** Items of feature 0 have interactions; the last item, which has none, is the only one with feature 1. */
  const rows = randomRows(30, 12, 3, 0.5).map((row) => row.with(3, 1).with(11, 0));
  const items = matrixOf(rows[0]?.map((_, item) => (item < 11 ? [1, 0] : [0, 1])) ?? []);
  const kernels = loadWasmKernels();
  const learned = (item_identity: boolean) => {
    const input = { ...inputOf(matrixOf(rows), kernels), features: { items } };
    const params = { n_components: 4, train_epochs: 10, item_identity };
    const sections = runToEnd(algorithmOf("LightFM").begin(input, params)).encode();
    const map = sections.find(({ name }) => name === "light-fm.item-map")?.data as Float32Array;
    // Each feature has five numbers; the last of them is its bias.
    return map[9];
  };

  it("teaches its features that nobody takes it, if items have no embedding of their own", () => {
    expect(learned(false)).toBeLessThan(0);
  });

  it("teaches nothing otherwise: only its own embedding would learn it", () => {
    expect(learned(true)).toBe(0);
  });
});
