import { describe, expect, it } from "vitest";
import type { KnownUser, Model, Profile } from "../../../../../shared/engine/algorithms/algorithm.ts";
import { BlendScores } from "../../../../../shared/engine/algorithms/blend/blend-model.ts";
import type { CsrMatrix } from "../../../../../shared/engine/data/csr-matrix.ts";
import { csrRow } from "../../../../../shared/engine/data/csr-row.ts";
import { createEvaluation } from "../../../../../shared/engine/evaluate/evaluation.ts";
import type { F32Buffer } from "../../../../../shared/engine/kernels/kernels.ts";
import { createScalarKernels } from "../../../../../shared/engine/kernels/scalar-kernels.ts";
import { createRandom } from "../../../../../shared/engine/random.ts";
import { mergeParts } from "../../../../../shared/engine/split/csr-parts.ts";
import { CachedBlendScores } from "../../../../../shared/engine/tune/blend/blend-scores.ts";
import {
  type BlendWeightsInput,
  chooseBlendWeights,
} from "../../../../../shared/engine/tune/blend/blend-weights.ts";
import { runToEnd } from "../../../../../shared/engine/tune/trial/run-to-end.ts";
import { matrixOf } from "../../algorithms/fit-fixture.ts";

const USERS = 60;
const ITEMS = 300;

/** Rows with each item at a chance, but not those of `other`. */
function randomMatrix(seed: number, chance: number, other?: CsrMatrix): CsrMatrix {
  const random = createRandom(seed);
  return matrixOf(
    Array.from({ length: USERS }, (_, user) => {
      const taken = other ? csrRow(other, user).indices : new Uint32Array(0);
      return Array.from({ length: ITEMS }, (_value, item) =>
        random.next() < chance && !taken.includes(item) ? 1 : 0,
      );
    }),
  );
}

const seen = randomMatrix(1, 0.05);
const heldout = randomMatrix(2, 0.03, seen);
/** Of what is neither seen nor held out. */
const disliked = randomMatrix(3, 0.1, mergeParts(seen, heldout));

/** Scores of noise, plus `signal` for held-out items of the users that `knows`. */
function noisyModel(seed: number, signal: number, knows: (user: number) => boolean = () => true): Model {
  const scoreUserInto = (user: number, _profile: unknown, out: Float32Array): void => {
    const random = createRandom(seed * 1000 + user);
    for (let item = 0; item < ITEMS; item++) out[item] = random.normal();
    if (!knows(user)) return;
    for (const item of csrRow(heldout, user).indices) out[item] = (out[item] as number) + signal;
  };
  return { algorithm: "TopPop", itemCount: ITEMS, scoreUserInto } as unknown as Model;
}

function choose(slots: BlendWeightsInput["slots"], maxUsers?: number) {
  const limit = maxUsers === undefined ? {} : { maxUsers };
  return runToEnd(chooseBlendWeights({ slots, seen, heldout, metric: "ndcg", cutoff: 5, seed: 1, ...limit }));
}

function addAll(cache: CachedBlendScores): void {
  const users = Array.from({ length: USERS }, (_, user) => user);
  const measurable = users.filter((user) => csrRow(heldout, user).indices.length > 0);
  while (measurable.length > 0) cache.add(measurable.splice(0, cache.capacity));
}

describe("CachedBlendScores", () => {
  it("measures any weights as a full evaluation of the blend does", () => {
    const models = [noisyModel(1, 2), noisyModel(2, 1)];
    const cache = new CachedBlendScores({ models, seen, heldout, disliked, metric: "ndcg", cutoff: 5 });
    addAll(cache);
    for (const weights of [
      [1, 0],
      [1, 0.3],
      [0.5, 2],
      [0, 1],
    ]) {
      const parts = models.map((model, at) => ({ model, weight: weights[at] as number }));
      const model = { itemCount: ITEMS, ...bound(new BlendScores(parts, ITEMS, createScalarKernels())) };
      const evaluation = createEvaluation({ model, seen, heldout, disliked, cutoffs: [5] });
      while (!evaluation.done) evaluation.step();
      expect(cache.measure(weights)).toBeCloseTo(evaluation.result().metrics["ndcg@5"] as number, 10);
    }
  });
  it("measures the same whether models score users together or one by one", () => {
    const kernels = createScalarKernels();
    const models = [noisyModel(1, 2), noisyModel(2, 1)].map((model) => ({
      ...model,
      blocks: {
        kernels,
        capacity: 4,
        scoreUsersInto(users: readonly KnownUser[], out: F32Buffer) {
          for (const [row, { index, profile }] of users.entries()) {
            model.scoreUserInto(index, profile, out.view.subarray(row * ITEMS, (row + 1) * ITEMS));
          }
        },
      },
    }));
    const [together, alone] = [models, models.map(({ blocks: _, ...model }) => model)].map((own) => {
      const cache = new CachedBlendScores({ models: own, seen, heldout, metric: "ndcg", cutoff: 5 });
      addAll(cache);
      cache.free();
      return cache;
    });
    expect(kernels.allocatedBytes).toBe(0);
    expect(together?.capacity).toBe(4);
    expect(together?.measure([1, 0.4])).toBe(alone?.measure([1, 0.4]));
  });

  it("fills lists by popularity where models have no opinion, as a full evaluation does", () => {
    const kept = (chance: number, seed: number) => {
      const model = noisyModel(seed, 2);
      return {
        ...model,
        scoreUserInto(user: number, profile: Profile, out: Float32Array) {
          model.scoreUserInto(user, profile, out);
          const random = createRandom(seed * 77 + user);
          for (let item = 0; item < ITEMS; item++) if (random.next() > chance) out[item] = 0;
        },
      };
    };
    // A handful of opinions a person, some of them negative; a person of whom nothing is known has none.
    const models = [kept(0.02, 3), kept(0.01, 4), kept(0.5, 5)];
    const cold = { ...seen, indptr: seen.indptr.map((offset, row) => (row < 2 ? 0 : offset)) };
    const cache = new CachedBlendScores({
      models,
      seen: cold,
      heldout,
      disliked,
      metric: "ndcg",
      cutoff: 10,
    });
    addAll(cache);
    for (const weights of [
      [1, 0, 0],
      [0, 1, 0],
      [1, 0.4, 0],
    ]) {
      const parts = models.map((model, at) => ({ model, weight: weights[at] as number }));
      const scores = new BlendScores(
        parts.filter(({ weight }) => weight > 0),
        ITEMS,
        createScalarKernels(),
      );
      const evaluation = createEvaluation({
        model: { itemCount: ITEMS, ...bound(scores) },
        seen: cold,
        heldout,
        disliked,
        cutoffs: [10],
      });
      while (!evaluation.done) evaluation.step();
      expect(cache.measure(weights)).toBeCloseTo(evaluation.result().metrics["ndcg@10"] as number, 10);
    }
  });
});

function bound(scores: BlendScores): Pick<Model, "scoreUserInto"> {
  return { scoreUserInto: (user, profile, out) => scores.scoreUserInto(user, profile, out) };
}

describe("chooseBlendWeights", () => {
  it("finds weights better than each model alone when models know different things", () => {
    const slots = [[noisyModel(1, 1.5)], [noisyModel(2, 1.5)]];
    const { parts, value, alone } = choose(slots);
    expect(value).toBeGreaterThan(Math.max(...alone.flat()) + 0.02);
    expect(parts[1]?.weight).toBeGreaterThan(0.4);
    expect(parts[1]?.weight).toBeLessThan(2.5);
  });

  it("weighs down what is mostly noise", () => {
    const { parts } = choose([[noisyModel(1, 3)], [noisyModel(2, 0.2)]]);
    expect(parts[0]?.weight).toBe(1);
    expect(parts[1]?.weight).toBeLessThan(0.5);
  });

  it("chooses the better model of a slot", () => {
    const { parts, alone } = choose([[noisyModel(1, 0.5), noisyModel(3, 2.5)], [noisyModel(2, 1)]]);
    expect(parts[0]?.alternative).toBe(1);
    expect(alone.map((slot) => slot.length)).toEqual([2, 1]);
  });

  it("gives the same answer for the same seed, on as many users as it is told", () => {
    const slots = [[noisyModel(1, 1)], [noisyModel(2, 1)]];
    expect(choose(slots, 20)).toEqual(choose(slots, 20));
    expect(choose(slots, 20).value).not.toBe(choose(slots).value);
  });

  it("takes the best it has when time is up, whenever that is, and says so", () => {
    const slots = [[noisyModel(1, 1.5)], [noisyModel(2, 1.5)]];
    const asked = (limit: number) => {
      let questions = 0;
      const isTimeUp = () => questions++ >= limit;
      const steps = chooseBlendWeights({
        ...{ slots, seen, heldout, metric: "ndcg", cutoff: 5, seed: 1 },
        isScoringTimeUp: isTimeUp,
        isTimeUp,
      });
      return { ...runToEnd(steps), questions };
    };
    const whole = asked(Number.POSITIVE_INFINITY);
    expect(whole.isCut).toBe(false);
    for (let limit = 0; limit < whole.questions; limit += 7) {
      const cut = asked(limit);
      expect(cut.isCut).toBe(true);
      expect(cut.value).toBeGreaterThanOrEqual(Math.max(...cut.alone.flat()));
      expect(cut.value).toBeLessThanOrEqual(whole.value);
      expect(cut.measuredUsers).toBeGreaterThan(0);
    }
  });

  it("refuses a validation part without held-out items", () => {
    const nothing = { ...heldout, indptr: new Uint32Array(USERS + 1), indices: new Uint32Array(0) };
    const input = { slots: [[noisyModel(1, 1)]], seen, heldout: nothing, cutoff: 5, seed: 1 };
    expect(() => runToEnd(chooseBlendWeights({ ...input, metric: "ndcg" }))).toThrow(
      expect.objectContaining({ code: "EMPTY_DATA" }),
    );
  });
});
