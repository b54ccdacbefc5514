import { describe, expect, it } from "vitest";
import { createEvaluation, type EvaluationResult } from "#engine/evaluate/evaluation.ts";
import type { EvaluationInput } from "#engine/evaluate/evaluation-input.ts";
import type { MetricKey } from "#engine/evaluate/metrics.ts";
import { createRandom } from "#engine/random.ts";
import { matrixOf, randomMatrix, rowsOf } from "../split/matrix-factory.ts";
import { modelOf, scriptedModel } from "./scripted-model.ts";

/** Metrics of any scores; the tests that depend on a score of 0 say so. */
function evaluate(input: EvaluationInput): EvaluationResult {
  const evaluation = createEvaluation({ noOpinion: "as-scored", ...input });
  while (!evaluation.done) evaluation.step();
  return evaluation.result();
}

const none = (rowCount: number, columnCount: number) =>
  matrixOf(
    Array.from({ length: rowCount }, () => []),
    columnCount,
  );

describe("createEvaluation", () => {
  it("gives the values computed by hand", () => {
    // User 0: list 3 1 4 2, held out {1, 2}: hits at ranks 2 and 4. User 1: list 0 1, held out {0}: hit at rank 1.
    // User 2: list 5, held out {0, 1, 2}: no hit. User 3 has nothing held out and does not count.
    const result = evaluate({
      model: scriptedModel([[3, 1, 4, 2], [0, 1], [5], [0]], 6),
      seen: none(4, 6),
      heldout: matrixOf([[1, 2], [0], [0, 1, 2], []], 6),
      cutoffs: [4, 2],
    });
    const log2 = Math.log2;
    expect(result.users).toBe(3);
    const expected: Record<string, number> = {
      // Top 2: user 0 has one hit at rank 2, user 1 one at rank 1.
      "hit@2": 2 / 3,
      "recall@2": (1 / 2 + 1) / 3,
      "precision@2": (1 / 2 + 1 / 2) / 3,
      "mrr@2": (1 / 2 + 1) / 3,
      "map@2": ((1 / 2) * (1 / 2) + 1) / 3,
      "ndcg@2": (1 / log2(3) / (1 + 1 / log2(3)) + 1) / 3,
      // Top 4: user 0 has a second hit at rank 4 with precision 2/4 there.
      "hit@4": 2 / 3,
      "recall@4": (1 + 1) / 3,
      "precision@4": (2 / 4 + 1 / 4) / 3,
      "mrr@4": (1 / 2 + 1) / 3,
      "map@4": ((1 / 2) * (1 / 2 + 2 / 4) + 1) / 3,
      "ndcg@4": ((1 / log2(3) + 1 / log2(5)) / (1 + 1 / log2(3)) + 1) / 3,
      // Shown in the top 2: items 3 1 0 1 5, so 4 of 6; in the top 4 also 4 and 2: all 6.
      "catalogCoverage@2": 4 / 6,
      "catalogCoverage@4": 1,
    };
    for (const [key, value] of Object.entries(expected)) {
      expect(result.metrics[key as MetricKey], key).toBeCloseTo(value, 12);
    }
  });

  it("never recommends a seen item, and takes ties in the order of items", () => {
    const result = evaluate({
      model: modelOf(() => 1, 4),
      seen: matrixOf([[0, 2]], 4),
      heldout: matrixOf([[3]], 4),
      cutoffs: [1, 2],
    });
    expect(result.metrics).toMatchObject({ "hit@1": 0, "mrr@2": 1 / 2, "catalogCoverage@2": 2 / 4 });
  });

  it.each(["filled", "as-scored"] as const)(
    "never recommends a disliked item, as serving: %s",
    (noOpinion) => {
      // The user dislikes the model's first choice, so the held-out item moves up; the second user was added after the dislikes
      // were read.
      const result = evaluate({
        model: modelOf((_, item) => 9 - item, 4),
        seen: none(2, 4),
        disliked: matrixOf([[0, 1]], 4),
        heldout: matrixOf([[2], [2]], 4),
        cutoffs: [1, 3],
        noOpinion,
      });
      expect(result.metrics).toMatchObject({ "hit@1": 1 / 2, "mrr@3": (1 + 1 / 3) / 2 });
    },
  );

  it("measures a cutoff beyond the catalogue at the catalogue's length", () => {
    const result = evaluate({
      model: modelOf((_, item) => -item, 4),
      seen: none(1, 4),
      heldout: matrixOf([[1, 3]], 4),
      cutoffs: [100],
    });
    expect(result.metrics).toMatchObject({ "precision@100": 2 / 4, "recall@100": 1 });
    const ideal = 1 + 1 / Math.log2(3);
    expect(result.metrics["ndcg@100"]).toBeCloseTo((1 / Math.log2(3) + 1 / Math.log2(5)) / ideal, 12);
  });

  it("scores a perfect ranking 1 and survives scores of NaN", () => {
    const heldout = matrixOf([[1, 2], [0]], 3);
    const isRelevant = (user: number, item: number) => rowsOf(heldout)[user]?.includes(item);
    const input = { seen: none(2, 3), heldout, cutoffs: [1, 3] };
    const perfect = evaluate({
      ...input,
      model: modelOf((user, item) => (isRelevant(user, item) ? 1 : 0), 3),
    });
    expect(perfect.metrics).toMatchObject({
      "ndcg@1": 1,
      "ndcg@3": 1,
      "map@3": 1,
      "recall@3": 1,
      "mrr@1": 1,
    });
    const broken = evaluate({ ...input, model: modelOf(() => Number.NaN, 3) });
    expect(broken.metrics).toMatchObject({ "ndcg@3": 0, "precision@3": 0, "entropy@3": 0, "gini@3": 0 });
  });

  it("agrees with the definitions written out one by one, on random data", () => {
    const [userCount, itemCount] = [60, 40];
    const seen = randomMatrix(userCount, itemCount, 12, 1);
    const heldout = matrixOf(
      rowsOf(randomMatrix(userCount, itemCount, 6, 2)).map((row, user) =>
        row.filter((item) => !rowsOf(seen)[user]?.includes(item)),
      ),
      itemCount,
    );
    const random = createRandom(3);
    // Few distinct scores, so that there are many ties.
    const scores = Array.from({ length: userCount * itemCount }, () => random.below(8));
    const scoreOf = (user: number, item: number) => scores[user * itemCount + item] as number;
    const cutoffs = [1, 3, 10, 40];

    const { metrics, users } = evaluate({ model: modelOf(scoreOf, itemCount), seen, heldout, cutoffs });

    for (const k of cutoffs) {
      const perUser = rowsOf(heldout).flatMap((relevant, user) => {
        if (relevant.length === 0) return [];
        const list = Array.from({ length: itemCount }, (_, item) => item)
          .filter((item) => !rowsOf(seen)[user]?.includes(item))
          .sort((a, b) => scoreOf(user, b) - scoreOf(user, a) || a - b)
          .slice(0, k);
        return [byDefinition(list, relevant, k)];
      });
      expect(users).toBe(perUser.length);
      for (const metric of ["hit", "recall", "precision", "mrr", "map", "ndcg"] as const) {
        const mean = perUser.reduce((sum, values) => sum + values[metric], 0) / perUser.length;
        expect(metrics[`${metric}@${k}`], `${metric}@${k}`).toBeCloseTo(mean, 12);
      }
    }
  });

  it("does not depend on how many cutoffs are measured at once", () => {
    const input = {
      model: modelOf((user, item) => (user * 7 + item * 13) % 11, 30),
      seen: randomMatrix(20, 30, 5, 4),
      heldout: randomMatrix(20, 30, 5, 5),
    };
    const together = evaluate({ ...input, cutoffs: [5, 10, 20] }).metrics;
    for (const cutoff of [5, 10, 20])
      expect(together).toMatchObject(evaluate({ ...input, cutoffs: [cutoff] }).metrics);
  });

  it("keeps one value per user, whose mean is the metric", () => {
    const input = {
      model: modelOf((user, item) => (user * 7 + item * 13) % 11, 30),
      seen: randomMatrix(50, 30, 5, 4),
      heldout: randomMatrix(50, 30, 5, 5),
      cutoffs: [5, 10],
    };
    const keys = ["ndcg@10", "recall@5"] as const;
    const { metrics, perUser = {}, users } = evaluate({ ...input, perUser: keys });
    for (const key of keys) {
      const values = perUser[key] ?? new Float32Array();
      expect(values).toHaveLength(users);
      expect(values.reduce((sum, value) => sum + value, 0) / users).toBeCloseTo(metrics[key] as number, 6);
    }
    expect(evaluate(input).perUser).toBeUndefined();
  });

  it("counts held-out items that the model does not know, and never as hits", () => {
    const input = {
      model: scriptedModel([[0, 1], [2], [0]], 4),
      seen: none(3, 4),
      heldout: matrixOf([[0], [], []], 4),
      cutoffs: [2],
    };
    const { metrics, users } = evaluate({ ...input, unknownHeldout: Uint32Array.of(3, 1, 0) });
    // User 0 finds one of four, user 1 nothing of one; user 2 has nothing held out.
    expect(users).toBe(2);
    expect(metrics["recall@2"]).toBeCloseTo(1 / 8, 12);
    expect(evaluate(input).metrics["recall@2"]).toBe(1);
  });

  it("measures popular items, other items, new users and known users separately", () => {
    // Seen counts by item: 1, 2, 1, 1, 0. With a head of a quarter of the four seen items, item 1 is the head.
    const { segments } = evaluate({
      model: scriptedModel(
        [
          [4, 3],
          [0, 4],
          [3, 1],
        ],
        5,
      ),
      seen: matrixOf([[1, 2], [1, 3], [0]], 5),
      heldout: matrixOf(
        [
          [3, 4],
          [0, 2],
          [1, 2],
        ],
        5,
      ),
      cutoffs: [2],
      segments: { headShare: 0.25, coldBelow: 2 },
    });
    // User 0 finds 2 of 2, user 1 the first of 2; user 2, who knows one item, finds item 1 at rank 2.
    expect(segments?.warmUsers).toMatchObject({ users: 2, metrics: { "recall@2": 3 / 4 } });
    expect(segments?.coldUsers).toMatchObject({ users: 1, metrics: { "recall@2": 1 / 2 } });
    // Item 1 is held out of user 2 only. Tails: user 0 finds 2 of 2, user 1 1 of 2, user 2 0 of 1.
    expect(segments?.headItems).toMatchObject({ users: 1, metrics: { "recall@2": 1, "mrr@2": 1 / 2 } });
    expect(segments?.tailItems).toMatchObject({ users: 3, metrics: { "recall@2": 1 / 2 } });
  });

  it("gives segments whose user counts add up, and whose means make up the whole", () => {
    const { metrics, users, segments } = evaluate({
      model: modelOf((user, item) => (user * 7 + item * 13) % 11, 30),
      seen: randomMatrix(50, 30, 5, 4),
      heldout: randomMatrix(50, 30, 5, 5),
      cutoffs: [10],
      segments: { coldBelow: 5 },
    });
    const { coldUsers, warmUsers } = segments as NonNullable<typeof segments>;
    expect(coldUsers.users + warmUsers.users).toBe(users);
    const sum = [coldUsers, warmUsers].reduce(
      (total, part) => total + (part.metrics["ndcg@10"] as number) * part.users,
      0,
    );
    expect(sum / users).toBeCloseTo(metrics["ndcg@10"] as number, 12);
  });

  it("measures only the given users", () => {
    const input = {
      model: scriptedModel([[0], [1]], 2),
      seen: none(2, 2),
      heldout: matrixOf([[0], [0]], 2),
      cutoffs: [1],
    };
    expect(evaluate({ ...input, users: [0] })).toMatchObject({ users: 1, metrics: { "hit@1": 1 } });
    expect(evaluate({ ...input, users: [1, 1] })).toMatchObject({ users: 1, metrics: { "hit@1": 0 } });
  });

  it("works in steps and has no result before the last", () => {
    const evaluation = createEvaluation({
      model: modelOf((_, item) => item, 10),
      seen: none(100, 10),
      heldout: matrixOf(
        Array.from({ length: 100 }, () => [1]),
        10,
      ),
      cutoffs: [1],
    });
    let steps = 0;
    for (let last = 0; !evaluation.done; steps++) {
      expect(() => evaluation.result()).toThrow(RangeError);
      evaluation.step();
      expect(evaluation.progress).toBeGreaterThan(last);
      last = evaluation.progress;
    }
    expect(steps).toBeGreaterThan(1);
    expect(evaluation.progress).toBe(1);
  });

  it.each<[string, Partial<EvaluationInput>, string]>([
    ["a cutoff of 0", { cutoffs: [0] }, "BAD_PARAMETER"],
    ["no cutoffs", { cutoffs: [] }, "BAD_PARAMETER"],
    ["a per-user metric at an unmeasured cutoff", { perUser: ["ndcg@7"] }, "BAD_PARAMETER"],
    ["an unknown per-user metric", { perUser: ["accuracy@5" as MetricKey<"ndcg">] }, "BAD_PARAMETER"],
    ["other shapes", { heldout: none(2, 9) }, "BAD_DATA"],
    ["a model of other items", { model: modelOf(() => 0, 9) }, "BAD_DATA"],
    ["nothing held out", { heldout: none(2, 3) }, "EMPTY_DATA"],
  ])("refuses %s", (_what, overrides, code) => {
    const input = {
      model: modelOf(() => 0, 3),
      seen: none(2, 3),
      heldout: matrixOf([[0], [1]], 3),
      cutoffs: [5],
    };
    expect(() => createEvaluation({ ...input, ...overrides })).toThrow(expect.objectContaining({ code }));
  });
});

/** The six metrics straight from their definitions. */
function byDefinition(list: number[], relevant: number[], k: number) {
  const hits = list.map((item) => (relevant.includes(item) ? 1 : 0));
  const total = hits.reduce<number>((sum, hit) => sum + hit, 0);
  const first = hits.indexOf(1);
  const discounted = (values: number[]) =>
    values.reduce((sum, value, at) => sum + value / Math.log2(at + 2), 0);
  const averagePrecision = hits.reduce<number>((sum, hit, at) => {
    const hitsSoFar = hits.slice(0, at + 1).filter((value) => value === 1).length;
    return sum + (hit * hitsSoFar) / (at + 1);
  }, 0);
  return {
    hit: total > 0 ? 1 : 0,
    recall: total / relevant.length,
    precision: total / k,
    mrr: first < 0 ? 0 : 1 / (first + 1),
    map: averagePrecision / relevant.length,
    ndcg: discounted(hits) / discounted(Array.from({ length: Math.min(relevant.length, k) }, () => 1)),
  };
}
