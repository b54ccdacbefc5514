import { afterEach, describe, expect, it } from "vitest";
import type { Profile } from "#engine/algorithms/fit/algorithm.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import { matrixOf } from "#engine/data/queries.ts";
import { createRandom } from "#engine/random.ts";
import { deviationOf } from "#engine/rank/deviation.ts";
import { topKInto } from "#engine/rank/top-k.ts";
import { beginFit } from "#engine/tune/run/fit-steps.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { asked, fitSequences, scoresOf, sequencesOf } from "../sequence/sequence-fixture.ts";

const kernels = loadWasmKernels();
const itemCount = 200;
const random = createRandom(5);
const sequences = sequencesOf(
  Array.from({ length: 300 }, () => {
    const start = random.below(itemCount);
    return Array.from({ length: 2 + random.below(6) }, () => (start + random.below(12)) % itemCount);
  }),
);
const NONE = { "weight.IALS": 0, "weight.DegreeKNN": 0 };
const WEIGHTS = { SessionKNN: 1, TwoSidedKNN: 0.56, RepeatedItems: 1.19 };
const PARAMS = {
  ...NONE,
  ...Object.fromEntries(Object.entries(WEIGHTS).map(([name, weight]) => [`weight.${name}`, weight])),
};
const requests = Array.from({ length: 50 }, () => {
  const start = random.below(itemCount);
  return asked(Array.from({ length: 1 + random.below(8) }, () => (start + random.below(12)) % itemCount));
});
const fitted = (algorithm: Parameters<typeof algorithmOf>[0], params = {}) =>
  fitSequences({ algorithm, params, sequences, itemCount, kernels });

afterEach(() => kernels.freeAll());

/** The first items, best first. */
function best(scores: Float32Array): number[] {
  const list = new Uint32Array(20);
  return [...list.subarray(0, topKInto(scores, list.length, list))];
}

/** The formula, from the scores of all items by each part alone. */
function expectedScores(profile: Profile, parts: ReturnType<typeof fittedParts>): Float32Array {
  const sums = new Float32Array(itemCount);
  for (const { model, weight } of parts) {
    const scores = Float32Array.from(scoresOf(model, profile));
    const deviation = deviationOf(scores);
    for (let item = 0; deviation > 0 && item < itemCount; item++)
      sums[item] = (sums[item] as number) + (weight / deviation) * (scores[item] as number);
  }
  return sums;
}

const fittedParts = () =>
  (["SessionKNN", "TwoSidedKNN", "RepeatedItems"] as const).map((name) => ({
    model: fitted(name),
    weight: WEIGHTS[name],
  }));

describe("a blend of models that name what they touch", () => {
  it("gives the lists and scores of the sum over all items", () => {
    const blend = fitted("Blend", PARAMS);
    const parts = fittedParts();
    expect(blend.namesTouched).toBe(true);
    for (const profile of requests) {
      const scores = Float32Array.from(scoresOf(blend, profile));
      const expected = expectedScores(profile, parts);
      for (const [item, score] of scores.entries()) expect(score).toBeCloseTo(expected[item] as number, 4);
      // Equal sums may differ by their rounding, so ranks are compared by the scores that stand there.
      const ranked = best(scores).map((item) => expected[item] as number);
      for (const [rank, item] of best(expected).entries())
        expect(ranked[rank]).toBeCloseTo(expected[item] as number, 4);
    }
  });

  it("names every item with a score in its shortlist, and scores them to the last bit", () => {
    const blend = fitted("Blend", PARAMS);
    for (const profile of requests) {
      const scores = Float32Array.from(scoresOf(blend, profile));
      const list = blend.shortlist?.(profile);
      const touched = new Set(list?.known?.touched);
      for (const [item, score] of scores.entries()) if (score !== 0) expect(touched).toContain(item);
      const items = Uint32Array.from(touched);
      expect(list?.scoresOf(items)).toEqual(
        items.length === 0 ? new Float32Array() : Float32Array.from(items, (item) => scores[item] as number),
      );
    }
  });

  it.each([
    ["nothing", asked([])],
    ["one item a thousand times", asked(new Array<number>(1_000).fill(5))],
    ["ten thousand places", asked(Array.from({ length: 10_000 }, (_, at) => (at * 7) % itemCount))],
    ["unknown times", asked([3, 9], [Number.NaN, Number.NaN])],
  ])("gives finite scores for a request of %s, the same in its shortlist", (_name, profile) => {
    const blend = fitted("Blend", PARAMS);
    const scores = scoresOf(blend, profile);
    expect(scores.every(Number.isFinite)).toBe(true);
    expect([...(blend.shortlist?.(profile).known?.scores ?? [])]).toEqual(scores);
    expect(scores.some((score) => score > 0)).toBe(profile.indices.length > 0);
    // Nothing of a request stays for the next one.
    expect([...(blend.shortlist?.(asked([])).known?.scores ?? [])]).toEqual(scores.map(() => 0));
  });

  it("looks at all items where a part does, with the same sums", () => {
    const blend = fitted("Blend", { ...PARAMS, "weight.RP3beta": 1 });
    const parts = [...fittedParts(), { model: fitted("RP3beta"), weight: 1 }];
    expect(blend.namesTouched).not.toBe(true);
    const capacity = blend.blocks?.capacity ?? 0;
    const users = requests.slice(0, Math.min(10, capacity)).map((profile, index) => ({ index, profile }));
    const out = kernels.allocF32(capacity * itemCount);
    blend.blocks?.scoreUsersInto(users, out);
    const together = out.view.slice();
    for (const { index, profile } of users) {
      const alone = scoresOf(blend, profile);
      for (const [item, score] of expectedScores(profile, parts).entries()) {
        expect(alone[item]).toBeCloseTo(score, 4);
        expect(together[index * itemCount + item]).toBeCloseTo(score, 4);
      }
    }
  });
});

describe("wide weights", () => {
  it("leave a model of sequences its order", () => {
    const userItems = matrixOf(sequences, itemCount);
    const wide = {
      ...userItems,
      values: userItems.values.map((_, at) => (at % 3 === 0 ? 20_000 : 1 + (at % 40))),
    };
    const task = beginFit({
      algorithm: "TwoSidedKNN",
      params: {},
      userItems: wide,
      sequences,
      kernels,
      seed: 1,
    });
    while (!task.done) task.step();
    const model = task.model();
    expect(model.readsOrder).toBe(true);
    const plain = fitted("TwoSidedKNN");
    for (const profile of requests) expect(scoresOf(model, profile)).toEqual(scoresOf(plain, profile));
    const stored = algorithmOf("TwoSidedKNN").decode(model.encode(), kernels);
    expect(stored.readsOrder).toBe(true);
  });
});
