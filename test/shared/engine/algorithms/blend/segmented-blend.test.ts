import { describe, expect, it } from "vitest";
import type { AlgorithmParams } from "../../../../../shared/contract/algorithms.ts";
import type { FitInput, Model, Profile } from "../../../../../shared/engine/algorithms/fit/algorithm.ts";
import { fitInputOf } from "../../../../../shared/engine/algorithms/fit/fit-input.ts";
import { algorithmOf } from "../../../../../shared/engine/algorithms/registry.ts";
import { csrRow } from "../../../../../shared/engine/data/csr-row.ts";
import { featureRow } from "../../../../../shared/engine/data/side-features.ts";
import { createRandom } from "../../../../../shared/engine/random.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { fitModel, matrixOf } from "../fit-fixture.ts";

const [USERS, ITEMS, KINDS] = [60, 48, 3];
/** Items from here on, and users from there on, have no interactions. */
const [FIRST_NEW, FIRST_STRANGER] = [42, 54];
const kernels = loadWasmKernels();
const oneHot = (count: number) =>
  matrixOf(Array.from({ length: count }, (_, at) => [0, 1, 2].map((kind) => (at % KINDS === kind ? 1 : 0))));

/** People like items of their own kind; both tables name the kind. */
function world(): FitInput {
  const random = createRandom(3);
  const userItems = matrixOf(
    Array.from({ length: USERS }, (_, user) =>
      Array.from({ length: ITEMS }, (_, item) => {
        if (user >= FIRST_STRANGER || item >= FIRST_NEW) return 0;
        return random.next() < (user % KINDS === item % KINDS ? 0.5 : 0.05) ? 1 : 0;
      }),
    ),
  );
  const features = { items: oneHot(ITEMS), users: oneHot(USERS) };
  return fitInputOf({ userItems, kernels, seed: 1, features });
}

const OWN = { n_components: 4, train_epochs: 3 };
const PARTS = {
  ...{ "weight.IALS": 0, "weight.DegreeKNN": 1, "weight.FeatureIALS": 2, int8_factors: false },
  ...{ "FeatureIALS.n_components": 4, "FeatureIALS.train_epochs": 3 },
};
const COLD_ITEMS = { "cold_items.DegreeKNN": 1, "cold_items.FeatureIALS": 5 };
const COLD_USERS = { "cold_users.DegreeKNN": 3, "cold_users.FeatureIALS": 1 };
const input = world();
const profileOf = (user: number): Profile => ({
  ...csrRow(input.userItems, user),
  features: featureRow(input.features?.users, user),
});
const knn = fitModel("DegreeKNN", input, {});
const factors = fitModel("FeatureIALS", input, OWN);
const blend = (params: AlgorithmParams = {}) => fitModel("Blend", input, { ...PARTS, ...params });

function scores(model: Model, profile: Profile): Float32Array {
  const out = new Float32Array(ITEMS);
  model.scoreProfileInto(profile, out);
  return out;
}

function newScores(model: Model, profile: Profile): Float32Array {
  const out = new Float32Array(KINDS);
  model.scoreNewItemsInto?.(profile, oneHot(KINDS), out);
  return out;
}

function moments(all: Float32Array) {
  const mean = all.reduce((sum, score) => sum + score, 0) / all.length;
  return {
    mean,
    deviation: Math.sqrt(all.reduce((sum, score) => sum + (score - mean) ** 2, 0) / all.length),
  };
}

/** What the formula says of cold items, by what the two parts say of each and of all items. */
function expectedCold(
  items: readonly (readonly [number, number])[],
  profile: Profile,
  known: readonly [number, number],
  cold: readonly [number, number],
): number[] {
  const [a, b] = [moments(scores(knn, profile)), moments(scores(factors, profile))];
  const base = (known[0] * a.mean) / a.deviation + (known[1] * b.mean) / b.deviation;
  const by = (weights: readonly [number, number]) =>
    items.map(
      ([first, second]) =>
        (weights[0] * (first - a.mean)) / a.deviation + (weights[1] * (second - b.mean)) / b.deviation,
    );
  const height = Math.max(...by(known)) / Math.max(...by(cold));
  return by(cold).map((sum) => base + height * sum);
}

function expectClose(actual: readonly number[] | Float32Array, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  const apart = [...actual].map((score, at) => Math.abs(score - (expected[at] as number)));
  expect(Math.max(...apart)).toBeLessThan(1e-3);
}

describe("a blend of data with features", () => {
  it("orders cold items by their own weights, at the height of the warm ones, and leaves known ones", () => {
    const [model, even] = [blend(COLD_ITEMS), blend()];
    for (const user of [0, 1, 2]) {
      const profile = profileOf(user);
      const all = scores(model, profile);
      expect([...all.subarray(0, FIRST_NEW)]).toEqual([...scores(even, profile).subarray(0, FIRST_NEW)]);
      const [first, second] = [scores(knn, profile), scores(factors, profile)];
      const own = Array.from(
        { length: ITEMS - FIRST_NEW },
        (_, at) => [first[FIRST_NEW + at] as number, second[FIRST_NEW + at] as number] as const,
      );
      expectClose(all.subarray(FIRST_NEW), expectedCold(own, profile, [1, 2], [0.5, 2.5]));
      // The best one stands as high as without weights of its own.
      const best = (one: Float32Array) => Math.max(...one.subarray(FIRST_NEW));
      expect(best(all)).toBeCloseTo(best(scores(even, profile)), 4);
    }
  });

  it("scores items that the training did not have in the same way", () => {
    const profile = profileOf(1);
    const [first, second] = [newScores(knn, profile), newScores(factors, profile)];
    const own = [0, 1, 2].map((at) => [first[at] as number, second[at] as number] as const);
    expectClose(newScores(blend(COLD_ITEMS), profile), expectedCold(own, profile, [1, 2], [0.5, 2.5]));
  });

  it("scores people who have features alone by their own weights", () => {
    const stranger = profileOf(FIRST_STRANGER + 1);
    const [first, second] = [scores(knn, stranger), scores(factors, stranger)];
    const [a, b] = [moments(first), moments(second)];
    const expected = Array.from(first.subarray(0, FIRST_NEW), (score, item) => {
      return (2.25 * score) / a.deviation + (0.75 * (second[item] as number)) / b.deviation;
    });
    const model = blend(COLD_USERS);
    expect(model.readsUserFeatures).toBe(true);
    expectClose(scores(model, stranger).subarray(0, FIRST_NEW), expected);
  });

  it("may have a part for newcomers alone", () => {
    const params = { "weight.Content": 0, "cold_items.Content": 1 };
    const model = blend(params);
    const names = model.encode().map(({ name }) => name);
    expect(names.some((name) => name.startsWith("blend/content/"))).toBe(true);
    const profile = profileOf(0);
    const known = (one: Model) => [...scores(one, profile).subarray(0, FIRST_NEW)];
    expect(known(model)).toEqual(known(blend()));
    const content = newScores(fitModel("Content", input, {}), profile);
    const own = newScores(model, profile);
    const order = (all: Float32Array) => [0, 1, 2].sort((x, y) => (all[y] as number) - (all[x] as number));
    expect(order(own)).toEqual(order(content));
  });

  it("scores users together as one by one", () => {
    const model = blend({ ...COLD_ITEMS, ...COLD_USERS });
    const users = [0, 5, FIRST_STRANGER, 2, FIRST_STRANGER + 2].map((index) => ({
      index,
      profile: profileOf(index),
    }));
    const out = kernels.allocF32(users.length * ITEMS);
    model.blocks?.scoreUsersInto(users, out);
    for (const [row, { profile }] of users.entries()) {
      expectClose(out.view.slice(row * ITEMS, (row + 1) * ITEMS), [...scores(model, profile)]);
    }
    out.free();
  });

  it("is the same after it was stored, and stores the maps that its parts share once", () => {
    const model = blend({ "weight.RP3beta": 1, ...COLD_ITEMS, ...COLD_USERS });
    const sections = model.encode();
    const maps = sections.filter(({ name }) => name.includes("feature-map."));
    expect(new Set(maps.map(({ name }) => name)).size).toBe(maps.length);
    expect(maps.every(({ name }) => name.startsWith("feature-map."))).toBe(true);
    const decoded = algorithmOf("Blend").decode(sections, kernels);
    expect(decoded.encode()).toEqual(sections);
    for (const user of [0, FIRST_STRANGER]) {
      expectClose(scores(decoded, profileOf(user)), [...scores(model, profileOf(user))]);
      expectClose(newScores(decoded, profileOf(user)), [...newScores(model, profileOf(user))]);
    }
  });

  it("continues from a checkpoint to the same model", () => {
    const params = { ...PARTS, ...COLD_ITEMS };
    const whole = blend(COLD_ITEMS).encode();
    for (const steps of [1, 40, 90]) {
      const first = algorithmOf("Blend").begin(input, params);
      for (let step = 0; step < steps && !first.done; step++) first.step();
      const checkpoint = first.checkpoint().map(({ name, data }) => ({ name, data: data.slice() }));
      first.dispose();
      const second = algorithmOf("Blend").resume(input, params, checkpoint);
      while (!second.done) second.step();
      expect(second.model().encode()).toEqual(whole);
      second.dispose();
    }
  });

  it("explains known items to known people alone", () => {
    const model = fitModel("Blend", input, { "weight.IALS": 0, "weight.RP3beta": 1, ...COLD_ITEMS });
    const profile = profileOf(0);
    const out = new Float64Array(profile.indices.length);
    const explained = [0, FIRST_NEW].map((item) => model.contributionsInto?.(profile, item, out));
    expect(explained).toEqual([true, false]);
  });

  it("needs a weight for known items and people", () => {
    const params = { "weight.IALS": 0, "weight.DegreeKNN": 0, ...COLD_ITEMS };
    expect(() => algorithmOf("Blend").begin(input, params)).toThrow(/known items and people/);
  });
});

describe("a blend of an earlier release", () => {
  /** As it was stored: no weights of cold segments, and one map over the whole. */
  const earlier = () =>
    blend(COLD_ITEMS)
      .encode()
      .filter(({ name }) => !name.startsWith("blend.cold-"));

  it("is read, and scores newcomers by one map over its own scores", () => {
    const model = algorithmOf("Blend").decode(earlier(), kernels);
    const profile = profileOf(1);
    const own = newScores(model, profile);
    expect(own[1]).toBeGreaterThan(own[0] as number);
    expect(model.readsUserFeatures).toBe(true);
    expect(model.encode()).toEqual(earlier());
  });
});

it("has nothing of segments without features, to the last byte", () => {
  const plain = fitInputOf({ userItems: input.userItems, kernels, seed: 1 });
  const params = { "IALS.n_components": 4, "IALS.train_epochs": 2 };
  const names = (more: AlgorithmParams) =>
    fitModel("Blend", plain, { ...params, ...more })
      .encode()
      .map(({ name, data }) => [name, data]);
  expect(names({ "cold_items.IALS": 3 })).toEqual(names({}));
  expect(JSON.stringify(names({}))).not.toContain("cold");
});
