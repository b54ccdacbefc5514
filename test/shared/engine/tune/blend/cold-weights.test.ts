import { describe, expect, it } from "vitest";
import type { AlgorithmName } from "../../../../../shared/contract/algorithms.ts";
import { csrRow } from "../../../../../shared/engine/data/csr-row.ts";
import { createRandom } from "../../../../../shared/engine/random.ts";
import {
  chooseBlendWeights,
  type OpenedModel,
} from "../../../../../shared/engine/tune/blend/blend-weights.ts";
import {
  coldCandidates,
  coldSegmentsOf,
  coldValidation,
} from "../../../../../shared/engine/tune/blend/cold-weights.ts";
import type { FinishedTrial } from "../../../../../shared/engine/tune/plan/study.ts";
import { runToEnd } from "../../../../../shared/engine/tune/trial/run-to-end.ts";
import { matrixOf, randomRows } from "../../algorithms/fit-fixture.ts";

const [USERS, ITEMS] = [60, 50];
const train = matrixOf(randomRows(USERS, ITEMS, 4));
const table = (columnCount: number, rowCount = ITEMS) => ({
  ...{ rowCount, columnCount, indptr: new Uint32Array(rowCount + 1) },
  ...{ indices: new Uint32Array(), values: new Float32Array() },
});

function trial(number: number, algorithm: AlgorithmName, value: number): FinishedTrial {
  const own = { params: {}, suggested: {}, metrics: {}, reports: [], seconds: 0 };
  return { ...own, number, algorithm, value, state: "COMPLETE" };
}

describe("the segments of newcomers", () => {
  it("are those that a table with a feature tells of", () => {
    expect(coldSegmentsOf(undefined)).toEqual([]);
    expect(coldSegmentsOf({ items: table(2), users: table(0) })).toEqual(["coldItems"]);
    expect(coldSegmentsOf({ users: table(1) })).toEqual(["coldUsers"]);
  });

  it("have a drawn fifth of the training part as validation, the same for the same seed", () => {
    const [one, two, other] = [3, 3, 4].map((seed) => coldValidation(train, "coldItems", seed));
    expect(one).toEqual(two);
    expect(one?.cold).not.toEqual(other?.cold);
    expect(one?.candidates).toHaveLength(Math.floor(new Set(train.indices).size / 5));
    expect([...(one?.train.indices ?? [])].some((item) => one?.cold.includes(item))).toBe(false);
    expect(coldValidation(train, "coldUsers", 3)?.candidates).toBeUndefined();
  });

  it("have none where too few items or users are known", () => {
    const small = matrixOf(randomRows(19, 12, 4));
    expect([coldValidation(small, "coldItems", 1), coldValidation(small, "coldUsers", 1)]).toEqual([
      null,
      null,
    ]);
  });

  it("are weighed with the blended trials, and the best of each algorithm that learns from features", () => {
    const trials = [
      trial(0, "IALS", 0.5),
      trial(1, "Content", 0.05),
      trial(2, "Content", 0.07),
      trial(3, "FeatureIALS", 0.4),
      trial(4, "TopPop", 0.2),
      trial(5, "DegreeKNN", 0.45),
      { ...trial(6, "LightFM", 0), state: "FAILED" as const, value: null },
    ];
    const parts = [trials[0], trials[5]] as FinishedTrial[];
    expect(coldCandidates(parts, trials).map(({ number }) => number)).toEqual([0, 5, 3, 2]);
  });
});

describe("weights of a blend for newcomers", () => {
  /** Scores held-out items high by a share of luck, all others by chance; known items highest of all. */
  function model(luck: number, seed: number, heldout = train): OpenedModel {
    const random = createRandom(seed);
    const rows = Array.from({ length: USERS }, (_, user) => {
      const scores = Float32Array.from({ length: ITEMS }, () => random.next());
      for (const item of csrRow(heldout, user).indices) scores[item] = luck + random.next();
      return scores;
    });
    const scoreUserInto: OpenedModel["scoreUserInto"] = (user, _, out) => out.set(rows[user] as Float32Array);
    return { itemCount: ITEMS, readsUserFeatures: true, scoreUserInto, dispose() {} };
  }

  it("rank new items among themselves", () => {
    const rows = coldValidation(train, "coldItems", 2);
    if (!rows) throw new Error("no rows");
    const bias: OpenedModel = {
      ...model(0, 9),
      scoreUserInto(user, profile, out) {
        model(0.6, 1, rows.heldout).scoreUserInto(user, profile, out);
        for (let item = 0; item < ITEMS; item++) if (!rows.cold.includes(item)) out[item] = 50;
      },
    };
    const given = { seen: rows.train, heldout: rows.heldout, metric: "ndcg", cutoff: 3, seed: 1 } as const;
    const steps = (candidates: Uint32Array | undefined) =>
      runToEnd(chooseBlendWeights({ ...given, candidates, slots: [1, 1] }), (step) =>
        step.type === "open" ? [bias, model(0, 5)][step.slot] : undefined,
      );
    const among = steps(rows.candidates);
    expect(among.alone[0]?.[0]).toBeGreaterThan(0.6);
    expect(among.value).toBeGreaterThanOrEqual(among.alone[0]?.[0] as number);
    expect(steps(undefined).alone[0]?.[0]).toBeLessThan(0.1);
  });

  it("score people without interactions by models that read their features alone", () => {
    const rows = coldValidation(train, "coldUsers", 2);
    if (!rows) throw new Error("no rows");
    const userFeatures = matrixOf(Array.from({ length: USERS }, () => [1]));
    const given = {
      seen: rows.train,
      heldout: rows.heldout,
      userFeatures,
      metric: "ndcg",
      cutoff: 3,
      seed: 1,
    } as const;
    const reading = () => model(0.9, 3, rows.heldout);
    const deaf = () => ({ ...reading(), readsUserFeatures: false });
    const { alone, parts } = runToEnd(chooseBlendWeights({ ...given, slots: [1, 1] }), (step) =>
      step.type === "open" ? [deaf, reading][step.slot]?.() : undefined,
    );
    expect(alone[1]?.[0]).toBeGreaterThan((alone[0]?.[0] as number) + 0.2);
    expect(parts[1]?.weight).toBeGreaterThan(0);
  });
});
