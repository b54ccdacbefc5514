import { describe, expect, it } from "vitest";
import type { LengthWeight } from "#engine/algorithms/blend/length-weight.ts";
import { BlendScores } from "../../../../../shared/engine/algorithms/blend/blend-model.ts";
import type { KnownUser, Model, Profile } from "../../../../../shared/engine/algorithms/fit/algorithm.ts";
import type { CsrMatrix } from "../../../../../shared/engine/data/csr-matrix.ts";
import { csrRow } from "../../../../../shared/engine/data/csr-row.ts";
import { createEvaluation } from "../../../../../shared/engine/evaluate/evaluation.ts";
import type { F32Buffer } from "../../../../../shared/engine/kernels/kernels.ts";
import { createScalarKernels } from "../../../../../shared/engine/kernels/scalar-kernels.ts";
import { createRandom } from "../../../../../shared/engine/random.ts";
import { mergeParts } from "../../../../../shared/engine/split/csr-parts.ts";
import { BlendShortlists } from "../../../../../shared/engine/tune/blend/blend-shortlists.ts";
import {
  type BlendWeightsInput,
  chooseBlendWeights,
} from "../../../../../shared/engine/tune/blend/blend-weights.ts";
import { BlockScorer } from "../../../../../shared/engine/tune/blend/block-scorer.ts";
import { CandidateScores } from "../../../../../shared/engine/tune/blend/candidate-scores.ts";
import { runToEnd } from "../../../../../shared/engine/tune/trial/run-to-end.ts";
import { matrixOf } from "../../algorithms/fit-fixture.ts";

const USERS = 60;
const ITEMS = 300;

/** Rows with each item at a probability, without the items of `other`. */
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
/** Neither seen nor held out. */
const disliked = randomMatrix(3, 0.1, mergeParts(seen, heldout));

/** Scores of noise, plus `signal` for held-out items of the users that `knows`. */
function noisyModel(seed: number, signal: number, knows: (user: number) => boolean = () => true): Model {
  const scoreUserInto = (user: number, _profile: unknown, out: Float32Array): void => {
    const random = createRandom(seed * 1000 + user);
    for (let item = 0; item < ITEMS; item++) out[item] = random.normal();
    if (!knows(user)) return;
    for (const item of csrRow(heldout, user % USERS).indices) out[item] = (out[item] as number) + signal;
  };
  return { algorithm: "TopPop", itemCount: ITEMS, scoreUserInto } as unknown as Model;
}

type Slots = readonly (readonly Model[])[];

/** Chooses while at most one of the models is open at a time. */
function weigh(slots: Slots, options: Partial<BlendWeightsInput> = {}, onOpen = () => {}) {
  const counts = slots.map(({ length }) => length);
  const input = { slots: counts, seen, heldout, metric: "ndcg", cutoff: 5, seed: 1, ...options } as const;
  let open = 0;
  return runToEnd(chooseBlendWeights(input), (step) => {
    if (step.type !== "open") return undefined;
    expect(open).toBe(0);
    open++;
    onOpen();
    const model = slots[step.slot]?.[step.alternative] as Model;
    return { ...model, dispose: () => open-- };
  });
}

function choose(slots: Slots, maxUsers?: number) {
  return weigh(slots, maxUsers === undefined ? {} : { maxUsers });
}

const measurable = Array.from({ length: USERS }, (_, user) => user).filter(
  (user) => csrRow(heldout, user).indices.length > 0,
);

/** The scores of all measurable users, as the search for weights keeps them. */
function scoresOf(
  models: readonly Model[],
  options: { seen: CsrMatrix; disliked?: CsrMatrix; cutoff: number },
) {
  const shortlists = new BlendShortlists({ ...options, heldout }, measurable);
  const scores = new CandidateScores({
    ...{ modelCount: models.length, itemCount: ITEMS, metric: "ndcg", cutoff: options.cutoff },
  });
  const visitAll = (visit: (place: number, model: number, user: number, full: Float32Array) => void) => {
    for (const [at, model] of models.entries()) {
      const scorer = new BlockScorer(model);
      for (let from = 0; from < measurable.length; from += scorer.capacity) {
        const block = measurable.slice(from, from + scorer.capacity);
        const known = block.map((index) => ({ index, profile: csrRow(options.seen, index) }));
        scorer.score(known, (full, row) => visit(from + row, at, block[row] as number, full));
      }
      scorer.free();
    }
  };
  visitAll((place, _, user, full) => shortlists.add(place, user, full));
  for (const [place, user] of measurable.entries()) {
    const items = shortlists.finish(place);
    const known = csrRow(options.seen, user).indices.length;
    scores.addUser(items, csrRow(heldout, user).indices, shortlists.popularOf(place), known);
  }
  visitAll((place, model, _, full) => scores.keep(place, model, full));
  return scores;
}

const plain = (weight: number): LengthWeight => ({ weight, lengthPower: 0 });

describe("CandidateScores", () => {
  it("measures any weights as a full evaluation of the blend does", () => {
    const models = [noisyModel(1, 2), noisyModel(2, 1)];
    const scores = scoresOf(models, { seen, disliked, cutoff: 5 });
    for (const weights of [
      [plain(1), plain(0)],
      [plain(1), plain(0.3)],
      [plain(0.5), plain(2)],
      [plain(0), plain(1)],
      [plain(1), { weight: 0.3, lengthPower: 1 }],
      [
        { weight: 1, lengthPower: -0.5 },
        { weight: 0.1, lengthPower: 0.75 },
      ],
    ]) {
      const parts = models.map((model, at) => ({ model, ...(weights[at] as LengthWeight) }));
      const model = { itemCount: ITEMS, ...bound(new BlendScores(parts, ITEMS, createScalarKernels())) };
      const evaluation = createEvaluation({ model, seen, heldout, disliked, cutoffs: [5] });
      while (!evaluation.done) evaluation.step();
      expect(scores.measure(weights)).toBeCloseTo(evaluation.result().metrics["ndcg@5"] as number, 10);
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
    const [together, alone] = [models, models.map(({ blocks: _, ...model }) => model)].map((own) =>
      scoresOf(own, { seen, cutoff: 5 }),
    );
    expect(kernels.allocatedBytes).toBe(0);
    expect(new BlockScorer(models[0] as Model).capacity).toBe(4);
    const weights = [plain(1), { weight: 0.4, lengthPower: 0.5 }];
    expect(together?.measure(weights)).toBe(alone?.measure(weights));
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
    // A few opinions for each user, some of them negative; a user without interactions has none.
    const models = [kept(0.02, 3), kept(0.01, 4), kept(0.5, 5)];
    const cold = { ...seen, indptr: seen.indptr.map((offset, row) => (row < 2 ? 0 : offset)) };
    const blended = scoresOf(models, { seen: cold, disliked, cutoff: 10 });
    for (const weights of [
      [1, 0, 0],
      [0, 1, 0],
      [1, 0.4, 0],
    ]) {
      const parts = models.map((model, at) => ({ model, ...plain(weights[at] as number) }));
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
      expect(blended.measure(weights.map(plain))).toBeCloseTo(
        evaluation.result().metrics["ndcg@10"] as number,
        10,
      );
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

  it("gives little weight to a model that is mostly noise", () => {
    const { parts } = choose([[noisyModel(1, 3)], [noisyModel(2, 0.2)]]);
    expect(parts[0]?.weight).toBe(1);
    expect(parts[1]?.weight).toBeLessThan(0.5);
  });

  it("chooses the better model of a slot", () => {
    const { parts, alone } = choose([[noisyModel(1, 0.5), noisyModel(3, 2.5)], [noisyModel(2, 1)]]);
    expect(parts[0]?.alternative).toBe(1);
    expect(alone.map((slot) => slot.length)).toEqual([2, 1]);
  });

  it("gives the same answer for the same seed, on the given number of users", () => {
    const slots = [[noisyModel(1, 1)], [noisyModel(2, 1)]];
    expect(choose(slots, 20)).toEqual(choose(slots, 20));
    expect(choose(slots, 20).value).not.toBe(choose(slots).value);
  });

  it("finds the same whether the scores of all, some or no models are kept from the first pass", () => {
    const slots = [[noisyModel(1, 1.5), noisyModel(3, 1)], [noisyModel(2, 1.5)]];
    const bytesOfOne = 4 * measurable.length * ITEMS;
    const found = [0, 1, 2, 3].map((kept) => {
      let opened = 0;
      const result = weigh(slots, { mostKeptBytes: kept * bytesOfOne }, () => opened++);
      return { result, opened };
    });
    expect(found.map(({ opened }) => opened)).toEqual([6, 5, 4, 3]);
    for (const { result } of found) expect(result).toEqual(found[0]?.result);
  });

  it("takes the best so far when time is up, and says so", () => {
    const slots = [[noisyModel(1, 1.5)], [noisyModel(2, 1.5)]];
    const asked = (limit: number) => {
      let questions = 0;
      const isTimeUp = () => questions++ >= limit;
      const found = weigh(slots, { scoringTimeSpent: () => (isTimeUp() ? 1 : 0), isTimeUp });
      return { ...found, questions };
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

  it("measures fewer users where the scores of all would take too many bytes, and says so", () => {
    const many = 400;
    const rows = (matrix: CsrMatrix): CsrMatrix => {
      const all = Array.from({ length: many }, (_, user) => csrRow(matrix, user % USERS).indices);
      const indptr = Uint32Array.from([0, ...all.map(({ length }) => length)]);
      for (let row = 0; row < many; row++)
        indptr[row + 1] = (indptr[row] as number) + (indptr[row + 1] as number);
      const indices = Uint32Array.from(all.flatMap((row) => [...row]));
      return { ...matrix, rowCount: many, indptr, indices, values: new Float32Array(indices.length).fill(1) };
    };
    const slots = [[noisyModel(1, 1.5)], [noisyModel(2, 1.5)]];
    const whole = weigh(slots, { seen: rows(seen), heldout: rows(heldout) });
    const cut = weigh(slots, { seen: rows(seen), heldout: rows(heldout), mostBytes: 1 });
    expect([whole.measuredUsers, whole.isCut]).toEqual([many, false]);
    expect([cut.measuredUsers, cut.isCut]).toEqual([200, true]);
  });

  it("refuses a validation part without held-out items", () => {
    const nothing = { ...heldout, indptr: new Uint32Array(USERS + 1), indices: new Uint32Array(0) };
    expect(() => weigh([[noisyModel(1, 1)]], { heldout: nothing })).toThrow(
      expect.objectContaining({ code: "EMPTY_DATA" }),
    );
  });
});
