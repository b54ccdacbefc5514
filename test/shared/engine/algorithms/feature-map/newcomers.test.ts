import { describe, expect, it } from "vitest";
import type { AlgorithmName } from "../../../../../shared/contract/algorithms.ts";
import type { FitInput, Model } from "../../../../../shared/engine/algorithms/fit/algorithm.ts";
import { fitInputOf } from "../../../../../shared/engine/algorithms/fit/fit-input.ts";
import { algorithmOf } from "../../../../../shared/engine/algorithms/registry.ts";
import { csrRow } from "../../../../../shared/engine/data/csr-row.ts";
import { featureRow } from "../../../../../shared/engine/data/side-features.ts";
import { createRandom } from "../../../../../shared/engine/random.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { matrixOf } from "../fit-fixture.ts";

const [USERS, ITEMS, KINDS] = [60, 48, 3];
/** Items from here on, and users from there on, have no interactions. */
const [FIRST_NEW, FIRST_STRANGER] = [42, 54];
const kernels = loadWasmKernels();

const oneHot = (count: number) =>
  matrixOf(Array.from({ length: count }, (_, at) => [0, 1, 2].map((kind) => (at % KINDS === kind ? 1 : 0))));

/** People like items of their own kind; both tables name the kind. */
function world(isTelling = true): FitInput {
  const random = createRandom(3);
  const userItems = matrixOf(
    Array.from({ length: USERS }, (_, user) =>
      Array.from({ length: ITEMS }, (_, item) => {
        if (user >= FIRST_STRANGER || item >= FIRST_NEW) return 0;
        const isLiked = !isTelling || user % KINDS === item % KINDS;
        return random.next() < (isLiked ? 0.5 : 0.05) ? 1 : 0;
      }),
    ),
  );
  return fitInputOf({
    ...{ userItems, kernels, seed: 1 },
    features: { items: oneHot(ITEMS), users: oneHot(USERS) },
  });
}

function fitted(name: AlgorithmName, input: FitInput, params = {}): Model {
  const task = algorithmOf(name).begin(input, params);
  while (!task.done) task.step();
  const model = task.model();
  task.dispose();
  return model;
}

function scoresOf(model: Model, { userItems, features }: FitInput, user: number): Float32Array {
  const out = new Float32Array(ITEMS);
  const profile = { ...csrRow(userItems, user), features: featureRow(features?.users, user) };
  model.scoreProfileInto(profile, out);
  return out;
}

/** The mean score of items of a kind, minus that of all others. */
function lead(scores: ArrayLike<number>, kind: number, from: number, to: number): number {
  let [own, other, owns] = [0, 0, 0];
  for (let item = from; item < to; item++) {
    if (item % KINDS === kind) owns++;
    if (item % KINDS === kind) own += scores[item] as number;
    else other += scores[item] as number;
  }
  return own / owns - other / (to - from - owns);
}

const NAMES: AlgorithmName[] = [
  ...(["IALS", "BPR", "NMF", "TruncatedSVD", "DegreeKNN", "CosineKNN", "DenseSLIM", "SLIM"] as const),
  ...(["CosineUserKNN", "GFCF", "RP3beta", "FeatureIALS", "LightFM"] as const),
];
const FEW = { IALS: 4, NMF: 4, TruncatedSVD: 4, BPR: 4, FeatureIALS: 4, LightFM: 4 } as Record<
  string,
  number
>;
const paramsOf = (name: AlgorithmName) => (FEW[name] ? { n_components: FEW[name] } : {});

describe.each(NAMES)("%s with features", (name) => {
  const input = world();
  const model = fitted(name, input, paramsOf(name));

  it("scores items without interactions by their kind, for people that it knows", () => {
    for (let user = 0; user < KINDS; user++) {
      expect(lead(scoresOf(model, input, user), user % KINDS, FIRST_NEW, ITEMS)).toBeGreaterThan(0);
    }
  });

  it("scores items that the training did not have, and strangers, by their kind", () => {
    const stranger = FIRST_STRANGER + 1;
    expect(model.readsUserFeatures).toBe(true);
    expect(lead(scoresOf(model, input, stranger), stranger % KINDS, 0, FIRST_NEW)).toBeGreaterThan(0);
    const out = new Float32Array(KINDS);
    model.scoreNewItemsInto?.(csrRow(input.userItems, 1), oneHot(KINDS), out);
    expect(lead(out, 1, 0, KINDS)).toBeGreaterThan(0);
  });

  it("scores the same after it was stored", () => {
    const decoded = algorithmOf(name).decode(model.encode(), kernels);
    for (const user of [0, FIRST_STRANGER]) {
      const profile = {
        ...csrRow(input.userItems, user),
        features: featureRow(input.features?.users, user),
      };
      const [own, other] = [new Float32Array(ITEMS), new Float32Array(ITEMS)];
      model.scoreProfileInto(profile, own);
      decoded.scoreProfileInto(profile, other);
      const apart = own.map((score, item) => Math.abs(score - (other[item] as number)));
      expect(Math.max(...apart)).toBeLessThan(1e-4 * Math.max(...own.map(Math.abs)));
    }
    decoded.dispose();
  });
});

describe("maps of newcomers", () => {
  it("are nothing in a fit without features, to the last byte", () => {
    const { userItems } = world();
    const sections = fitted("DegreeKNN", fitInputOf({ userItems, kernels, seed: 1 })).encode();
    expect(sections.filter(({ name }) => name.startsWith("feature-map."))).toEqual([]);
  });

  it("keep the scores of items and people with interactions", () => {
    const input = world();
    const { userItems } = input;
    const plain = fitted("DegreeKNN", fitInputOf({ userItems, kernels, seed: 1 }));
    const mapped = fitted("DegreeKNN", input);
    const known = (model: Model) => [...scoresOf(model, input, 5).subarray(0, FIRST_NEW)];
    expect(known(mapped)).toEqual(known(plain));
  });

  it("leave the order of popularity where features of people tell nothing", () => {
    const input = world(false);
    const scores = scoresOf(fitted("DegreeKNN", input), input, FIRST_STRANGER);
    const counts = new Float32Array(ITEMS);
    for (const item of input.userItems.indices) counts[item] = (counts[item] as number) + 1 / FIRST_STRANGER;
    const apart = scores
      .subarray(0, FIRST_NEW)
      .map((score, item) => Math.abs(score - (counts[item] as number)));
    expect(Math.max(...apart)).toBeLessThan(0.02);
  });

  it("are the same when a fit is resumed before or after them", () => {
    const input = world();
    const whole = fitted("IALS", input, { n_components: 4 }).encode();
    for (const steps of [0, 2, 60]) {
      const first = algorithmOf("IALS").begin(input, { n_components: 4 });
      for (let step = 0; step < steps && !first.done; step++) first.step();
      const checkpoint = first.checkpoint().map(({ name, data }) => ({ name, data: data.slice() }));
      first.dispose();
      const second = algorithmOf("IALS").resume(input, { n_components: 4 }, checkpoint);
      while (!second.done) second.step();
      expect(second.model().encode()).toEqual(whole);
      second.dispose();
    }
  });

  it("survive tables in which no row has a feature, and refuse damaged sections", () => {
    const { userItems } = world();
    const empty = { items: { ...matrixOf(Array.from({ length: ITEMS }, () => [0, 0])) } };
    const model = fitted("DegreeKNN", fitInputOf({ userItems, kernels, seed: 1, features: empty }));
    const sections = model.encode();
    expect(sections.some(({ name }) => name === "feature-map.items.basis")).toBe(true);
    const damaged = sections.map((section) =>
      section.name === "feature-map.items.known.items"
        ? { ...section, data: (section.data as Uint32Array).map(() => ITEMS) }
        : section,
    );
    expect(() => algorithmOf("DegreeKNN").decode(damaged, kernels)).toThrow(/does not fit the model/);
  });
});
