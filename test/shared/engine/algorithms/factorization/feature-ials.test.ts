import { afterEach, describe, expect, it } from "vitest";
import type { FitInput, Model } from "../../../../../shared/engine/algorithms/fit/algorithm.ts";
import { algorithmOf } from "../../../../../shared/engine/algorithms/registry.ts";
import type { CsrMatrix } from "../../../../../shared/engine/data/csr-matrix.ts";
import { featureRow } from "../../../../../shared/engine/data/side-features.ts";
import { createEvaluation } from "../../../../../shared/engine/evaluate/evaluation.ts";
import { createRandom } from "../../../../../shared/engine/random.ts";
import { splitCold } from "../../../../../shared/engine/split/cold-split.ts";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { copyOf } from "../../../../setup/copy-of.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { fitModel, inputOf, matrixOf, profileOf, runToEnd, scoreProfile } from "../fit-fixture.ts";

const PARAMS = { n_components: 6, alpha0: 0.2, reg: 0.01, train_epochs: 4 };

describeAlgorithmContract("FeatureIALS", PARAMS, { isSeeded: true, isExplainable: false });

const kernels = loadWasmKernels();
afterEach(() => kernels.freeAll());

const [USERS, ITEMS, GROUPS] = [60, 40, 4];
const isFeature = (count: number) =>
  matrixOf(
    Array.from({ length: count }, (_, row) =>
      Array.from({ length: GROUPS }, (_v, group) => (row % GROUPS === group ? 1 : 0)),
    ),
  );
const FEATURES = { users: isFeature(USERS), items: isFeature(ITEMS) };

/** Users take items of their own group, which both sides have as a feature. */
function groups(): CsrMatrix {
  const random = createRandom(2);
  return matrixOf(
    Array.from({ length: USERS }, (_, user) =>
      Array.from({ length: ITEMS }, (_v, item) => {
        const isOwn = user % GROUPS === item % GROUPS;
        return random.next() < (isOwn ? 0.6 : 0.05) ? 1 : 0;
      }),
    ),
  );
}

const withFeatures = (userItems: CsrMatrix): FitInput => ({
  ...inputOf(userItems, kernels),
  features: FEATURES,
});

function ndcgOf(model: Model, seen: CsrMatrix, heldout: CsrMatrix, candidates?: Uint32Array): number {
  const evaluation = createEvaluation({
    ...{ model, seen, heldout, candidates, cutoffs: [5], userFeatures: FEATURES.users },
  });
  while (!evaluation.done) evaluation.step();
  return evaluation.result().metrics["ndcg@5"] as number;
}

describe("iALS with features", () => {
  it.each(["cold-items", "cold-users"] as const)("finds what suits %s, which iALS cannot", (scheme) => {
    const { train, heldout, candidates } = splitCold(groups(), scheme, 0.25, 1);
    const model = fitModel("FeatureIALS", withFeatures(train), PARAMS);
    const plain = fitModel("IALS", inputOf(train, kernels), PARAMS);
    const [found, usual] = [model, plain].map((one) => ndcgOf(one, train, heldout, candidates)) as [
      number,
      number,
    ];
    expect(found).toBeGreaterThan(0.6);
    expect(found).toBeGreaterThan(usual + 0.1);
  });

  it("scores new items as if they had been there without interactions", () => {
    const all = groups();
    const { train, cold } = splitCold(all, "cold-items", 0.25, 1);
    const model = fitModel("FeatureIALS", withFeatures(train), PARAMS);
    const restored = algorithmOf("FeatureIALS").decode(model.encode(), kernels);
    const profile = { ...profileOf(train, 3), features: featureRow(FEATURES.users, 3) };
    const scores = scoreProfile(restored, profile);
    const out = new Float32Array(ITEMS);
    restored.scoreNewItemsInto?.(profile, FEATURES.items, out);
    for (const item of cold) expect(out[item]).toBeCloseTo(scores[item] as number, 5);
  });

  it("gives users of equal interactions lists by their features, and unknown features change nothing", () => {
    const model = fitModel("FeatureIALS", withFeatures(groups()), PARAMS);
    const none = { indices: new Uint32Array(0), weights: new Float32Array(0) };
    const best = (features: { indices: Uint32Array; values: Float32Array } | undefined) => {
      const scores = scoreProfile(model, { ...none, features });
      return scores.indexOf(Math.max(...scores)) % GROUPS;
    };
    for (let group = 0; group < GROUPS; group++) {
      expect(best({ indices: Uint32Array.of(group), values: Float32Array.of(1) })).toBe(group);
    }
    const unknown = { indices: Uint32Array.of(GROUPS + 5), values: Float32Array.of(1) };
    expect(scoreProfile(model, { ...none, features: unknown })).toEqual(scoreProfile(model, none));
  });

  it("resumes with features from any step to the very same model", () => {
    const input = withFeatures(groups());
    const expected = fitModel("FeatureIALS", input, PARAMS).encode();
    const whole = algorithmOf("FeatureIALS").begin(input, PARAMS);
    for (; !whole.done; whole.step()) {
      const resumed = algorithmOf("FeatureIALS").resume(input, PARAMS, copyOf(whole.checkpoint()));
      expect(runToEnd(resumed).encode()).toEqual(expected);
    }
    whole.dispose();
  });

  it("folds long vectors in towards the features as it folds in short ones", () => {
    // 72 components are solved in blocks by conjugate gradients, one by one by Cholesky.
    const train = groups();
    const fitted = fitModel("FeatureIALS", withFeatures(train), { ...PARAMS, n_components: 72 });
    const model = algorithmOf("FeatureIALS").decode(fitted.encode(), kernels);
    const users = [0, 1, 2].map((index) => {
      const profile = index === 2 ? profileOf(matrixOf([[0]]), 0) : profileOf(train, index);
      return { index, profile: { ...profile, features: featureRow(FEATURES.users, index) } };
    });
    const out = kernels.allocF32(3 * ITEMS);
    model.blocks?.scoreUsersInto(users, out);
    for (const [row, { profile }] of users.entries()) {
      const single = scoreProfile(model, profile);
      const block = out.view.slice(row * ITEMS, (row + 1) * ITEMS);
      for (const [item, score] of single.entries()) expect(block[item]).toBeCloseTo(score, 3);
    }
  });

  it("refuses features of another number of items", () => {
    const input = { ...inputOf(groups(), kernels), features: { items: isFeature(ITEMS + 1) } };
    expect(() => algorithmOf("FeatureIALS").begin(input, PARAMS)).toThrow(
      expect.objectContaining({ code: "BAD_DATA" }),
    );
  });
});
