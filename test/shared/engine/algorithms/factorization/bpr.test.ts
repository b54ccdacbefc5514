import { describe, expect, it } from "vitest";
import { createRandom } from "../../../../../shared/engine/random.ts";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { fitModel, inputOf, matrixOf, profileOf, scoreProfile } from "../fit-fixture.ts";

const SMALL = { n_components: 4, train_epochs: 60, learning_rate: 0.1, user_alpha: 0.03, item_alpha: 0.03 };
// A ridge regression gives smaller scores than the fit: the test compares their order, see below.
const TRAITS = { isExplainable: false, isSeeded: true, foldInTolerance: Number.POSITIVE_INFINITY };
describeAlgorithmContract("BPR", SMALL, TRAITS);
describeAlgorithmContract("BPR", { ...SMALL, loss: "warp" }, TRAITS);

const kernels = loadWasmKernels();

/** Two groups of users who like two groups of items, and an item that every user likes. */
function groups(userCount: number, itemCount: number): number[][] {
  const random = createRandom(3);
  return Array.from({ length: userCount }, (_, user) =>
    Array.from({ length: itemCount }, (_value, item) => {
      if (item === 0) return 1;
      return item % 2 === user % 2 && random.next() < 0.6 ? 1 : 0;
    }),
  );
}

describe.each(["bpr", "warp"])("BPR with loss %s", (loss) => {
  const matrix = matrixOf(groups(40, 30));
  const params = { ...SMALL, loss, train_epochs: 60 };

  it("ranks a user's items above the others, nearly always", () => {
    const model = fitModel("BPR", inputOf(matrix, kernels), params);
    const out = new Float32Array(30);
    let [right, pairs] = [0, 0];
    for (let user = 0; user < 40; user++) {
      const profile = profileOf(matrix, user);
      model.scoreUserInto(user, profile, out);
      for (const item of profile.indices) {
        for (let other = 0; other < 30; other++) {
          if (profile.indices.includes(other)) continue;
          pairs++;
          if ((out[item] as number) > (out[other] as number)) right++;
        }
      }
    }
    expect(right / pairs).toBeGreaterThan(0.9);
  });

  it("folds a new profile into its group", () => {
    const model = fitModel("BPR", inputOf(matrix, kernels), params);
    for (const parity of [0, 1]) {
      const indices = Uint32Array.of(4 + parity, 8 + parity, 12 + parity);
      const scores = scoreProfile(model, { indices, weights: new Float32Array(3).fill(1) });
      const meanOf = (side: number) => {
        const items = [...scores.keys()].filter(
          (item) => item > 0 && item % 2 === side && !indices.includes(item),
        );
        return items.reduce((sum, item) => sum + (scores[item] as number), 0) / items.length;
      };
      expect(meanOf(parity)).toBeGreaterThan(meanOf(1 - parity));
    }
  });

  it("recommends items that everyone likes to a user without interactions", () => {
    const model = fitModel("BPR", inputOf(matrix, kernels), params);
    const scores = scoreProfile(model, { indices: new Uint32Array(0), weights: new Float32Array(0) });
    expect(scores.indexOf(Math.max(...scores))).toBe(0);
  });

  it("learns nothing from a user who has every item", () => {
    const full = matrixOf([[1, 1, 1]]);
    const model = fitModel("BPR", inputOf(full, kernels), params);
    expect(scoreProfile(model, profileOf(full, 0)).every(Number.isFinite)).toBe(true);
  });
});
