import { afterEach, describe, expect, it } from "vitest";
import { withFiniteFits } from "#engine/algorithms/fit/finite-fit.ts";
import { popularity } from "#engine/algorithms/popularity/popularity.ts";
import { runTrial } from "#engine/tune/run/run-trial.ts";
import { runToEnd } from "#engine/tune/trial/run-to-end.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { fitModel, inputOf, matrixOf, randomRows } from "../fit-fixture.ts";

const kernels = loadWasmKernels();
afterEach(() => kernels.freeAll());
const input = inputOf(matrixOf(randomRows(40, 30, 3)), kernels);

/** Popularity whose model scores the last item by `value`, and says when it is disposed. */
function broken(value: number, disposed: () => void) {
  return withFiniteFits({
    ...popularity,
    begin(fitInput, params) {
      const task = popularity.begin(fitInput, params);
      const { model } = task;
      task.model = () => {
        const inner = model.call(task);
        return {
          ...inner,
          scoreUserInto(user, profile, out) {
            inner.scoreUserInto(user, profile, out);
            out[out.length - 1] = value;
          },
          dispose: disposed,
        };
      };
      return task;
    },
  });
}

describe("a fit that ends in NaN or infinity", () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "fails on a score of %d with the algorithm and the range of the weights, and leaves no model",
    (value) => {
      let disposals = 0;
      const task = broken(value, () => disposals++).begin(input, {});
      while (!task.done) task.step();
      expect(() => task.model()).toThrow(
        expect.objectContaining({
          code: "BAD_DATA",
          message: expect.stringMatching(/^TopPop cannot be fitted: a score is .*range from 1 to 5/),
        }),
      );
      expect(disposals).toBe(1);
    },
  );

  it("names the weights as the cause where they are too large, and the parameters where they are not", () => {
    const huge = inputOf(matrixOf(randomRows(40, 30, 3).map((row) => row.map((w) => w * 1e20))), kernels);
    expect(() => fitModel("CosineKNN", huge, {})).toThrow(/CosineKNN .* to 5\d{20}: bring them to/);
    const wild = { learning_rate: 10, train_epochs: 60, n_components: 8 };
    expect(() => fitModel("BPR", inputOf(matrixOf(randomRows(80, 50, 3)), kernels), wild)).toThrow(
      /BPR .* so the parameters are too extreme/,
    );
  });

  it("names the component of a blend", () => {
    const huge = inputOf(matrixOf(randomRows(40, 30, 3).map((row) => row.map((w) => w * 1e20))), kernels);
    const params = { "weight.IALS": 0, "weight.DegreeKNN": 1, "weight.NMF": 1, "NMF.n_components": 4 };
    expect(() => fitModel("Blend", huge, params)).toThrow(/^NMF cannot be fitted/);
  });

  it("gives a trial its reason", () => {
    const split = { train: matrixOf(randomRows(80, 50, 3)), validation: matrixOf(randomRows(80, 50, 4)) };
    const params = { learning_rate: 10, n_components: 8 };
    const shared = { split, params, metric: "ndcg", cutoff: 5, kernels, seed: 1 } as const;
    expect(() => runToEnd(runTrial({ ...shared, algorithm: "BPR" }))).toThrow(/BPR cannot be fitted/);
    expect(kernels.allocatedBytes).toBe(0);
  });

  it("accepts a fit that learns nothing: users with one item each", () => {
    const alone = matrixOf(
      Array.from({ length: 6 }, (_, user) =>
        Array.from({ length: 6 }, (_i, item) => (item === user ? 1 : 0)),
      ),
    );
    expect(fitModel("CosineKNN", inputOf(alone, kernels), {}).itemCount).toBe(6);
  });
});
