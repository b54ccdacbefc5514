import { describe, expect, it } from "vitest";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import { withAges } from "#engine/data/with-ages.ts";
import { splitTrainTest } from "#engine/split/split-train-test.ts";
import { beginFit } from "#engine/tune/run/fit-steps.ts";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { fitModel, inputOf, matrixOf, profileOf, scoreProfile } from "../fit-fixture.ts";

const DAY = 86_400_000;

/** Ages that grow with an entry's column, so that they move with it when columns are permuted. */
function aged(userItems: CsrMatrix): CsrMatrix {
  return { ...userItems, ages: Float32Array.from(userItems.values, (weight) => 10 * weight) };
}

describeAlgorithmContract(
  "Trending",
  { half_life_days: 20 },
  { isPersonal: false, isExplainable: false, prepare: aged },
);

describe("Trending", () => {
  const kernels = loadWasmKernels();
  const userItems = matrixOf([
    [1, 0, 2],
    [4, 0, 1],
  ]);

  it("halves the count of an interaction for every half-life before the newest", () => {
    const times = Float64Array.of(100 * DAY, 93 * DAY, 86 * DAY, 100 * DAY);
    const { userItems: matrix } = withAges({ userItems, times });
    expect([...(matrix.ages ?? [])]).toEqual([0, 7, 14, 0]);
    const model = fitModel("Trending", inputOf(matrix, kernels), { half_life_days: 7 });
    // 1 + 4/4 for the first item, 2/2 + 1 for the last.
    expect([...scoreProfile(model, profileOf(matrix, 0))]).toEqual([2, 0, 2]);
  });

  it("counts nothing for an interaction whose time is unknown", () => {
    const { userItems: matrix } = withAges({
      userItems,
      times: Float64Array.of(Number.NaN, 3 * DAY, 3 * DAY, 3 * DAY),
    });
    const model = fitModel("Trending", inputOf(matrix, kernels), {});
    expect([...scoreProfile(model, profileOf(matrix, 0))]).toEqual([4, 0, 3]);
  });

  it("keeps each entry's age through a split", () => {
    const times = Float64Array.of(1, 4, 3, 2).map((days) => days * DAY);
    const dataset = withAges({ userItems, times });
    const config = {
      scheme: "TU",
      heldout_ratio: 0.1,
      n_heldout: 1,
      test_user_ratio: 1,
      n_test_users: null,
    } as const;
    const { train, heldout } = splitTrainTest(dataset, config, 1);
    expect([...train.indices, ...(train.ages ?? [])]).toEqual([0, 2, 3, 2]);
    expect([...heldout.indices, ...(heldout.ages ?? [])]).toEqual([2, 0, 0, 1]);
  });

  it("refuses data without times, in words", () => {
    expect(withAges({ userItems, times: null }).userItems.ages).toBeUndefined();
    const request = { algorithm: "Trending", params: {}, userItems, kernels, seed: 1 } as const;
    expect(() => beginFit(request)).toThrow("Trending needs the time of each interaction");
  });
});
