/** Published values of other libraries' test suites, read from the data folder that EDGEWISE_DATA names; skipped without it. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createEvaluation } from "#engine/evaluate/evaluation.ts";
import type { Metrics } from "#engine/evaluate/metrics.ts";
import { matrixOf } from "../split/matrix-factory.ts";
import { scriptedModel } from "./scripted-model.ts";

const data = process.env.EDGEWISE_DATA;

function measure(
  lists: number[][],
  heldout: number[][],
  cutoffs: number[],
  seen?: number[][],
  itemCount = 32,
): Metrics {
  const evaluation = createEvaluation({
    model: scriptedModel(lists, itemCount),
    seen: matrixOf(seen ?? lists.map(() => []), itemCount),
    heldout: matrixOf(heldout, itemCount),
    cutoffs,
    // Most of these lists are of users without a history.
    noOpinion: "as-scored",
  });
  while (!evaluation.done) evaluation.step();
  return evaluation.result().metrics;
}

/** Items of users 1 … n from columns of a table, in descending order of score. */
function listsOf(users: number[], items: number[], scores = users.map(() => 0)): number[][] {
  const order = users.map((_, row) => row).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  return Array.from({ length: Math.max(...users) }, (_, at) =>
    order.filter((row) => users[row] === at + 1).map((row) => items[row] as number),
  );
}

describe.skipIf(!data)("metrics of other libraries", () => {
  const golden = data ? JSON.parse(readFileSync(`${data}/golden/metrics_golden.json`, "utf8")) : {};

  it("equals Microsoft Recommenders at 10", () => {
    const { rating_true: truth, rating_pred: predicted, expected } = golden.ms_recommenders;
    const lists = listsOf(predicted.user, predicted.item, predicted.prediction);
    const metrics = measure(lists, listsOf(truth.user, truth.item), [10]);
    expect(metrics["ndcg@10"]).toBeCloseTo(expected["ndcg@10 (binary, ln or log2 ratio)"], 4);
    for (const metric of ["map@10", "precision@10", "recall@10"] as const)
      expect(metrics[metric], metric).toBeCloseTo(expected[metric], 4);
    const perfect = measure(listsOf(truth.user, truth.item), listsOf(truth.user, truth.item), [10]);
    expect(perfect["precision@10"]).toBeCloseTo(expected["perfect precision@10 (pred=true)"], 12);
  });

  it("equals Microsoft Recommenders on novelty and entropy (theirs in bits)", () => {
    const { train, reco, expected } = golden.ms_recommenders.beyond_accuracy;
    const lists = listsOf(reco.user, reco.item);
    const metrics = measure(lists, lists, [2], listsOf(train.user, train.item), 6);
    expect(metrics["novelty@2"]).toBeCloseTo(expected.novelty, 4);
    expect((metrics["entropy@2"] as number) / Math.LN2).toBeCloseTo(expected.distributional_coverage, 4);
  });

  it("equals RecBole at 1 to 3 for every user", () => {
    const { "hits_at_rank_1..3": hits, n_relevant, "expected_at_k_1..3": expected } = golden.recbole;
    hits.forEach((row: number[], user: number) => {
      // Item r is the one at rank r; relevant items beyond the hits are never listed.
      const relevant = row.flatMap((hit, at) => (hit === 1 ? [at] : []));
      while (relevant.length < n_relevant[user]) relevant.push(10 + relevant.length);
      const metrics = measure([[0, 1, 2]], [relevant], [1, 2, 3]);
      for (const metric of ["hit", "ndcg", "mrr", "recall", "precision"] as const) {
        for (const k of [1, 2, 3])
          expect(metrics[`${metric}@${k}`], `${metric}@${k} of user ${user}`).toBeCloseTo(
            expected[metric][user][k - 1],
            12,
          );
      }
      // RecBole's map divides by min(G, k), ours by G.
      for (const k of [1, 2, 3]) {
        const ours = (metrics[`map@${k}`] as number) * (n_relevant[user] / Math.min(n_relevant[user], k));
        expect(ours, `map@${k} of user ${user}`).toBeCloseTo(expected.map[user][k - 1], 12);
      }
    });
  });

  it("equals RecBole on coverage, gini and entropy (theirs divided by the number of shown items)", () => {
    const { item_matrix, num_items, item_coverage, gini, shannon_entropy_mean_over_7_items } =
      golden.recbole.lists;
    const metrics = measure(item_matrix, item_matrix, [3], undefined, num_items);
    expect(metrics["catalogCoverage@3"]).toBeCloseTo(item_coverage, 12);
    expect(metrics["gini@3"]).toBeCloseTo(gini, 12);
    expect((metrics["entropy@3"] as number) / 7).toBeCloseTo(shannon_entropy_mean_over_7_items, 12);
  });

  it("equals LensKit on reciprocal rank, recall, and average precision of whole lists", () => {
    for (const { recs, rel, rr, n } of golden.lenskit.rr) {
      const list = recs === "1..20" ? Array.from({ length: 20 }, (_, at) => at + 1) : recs;
      const k = n ?? list.length;
      expect(measure([list], [rel], [k])[`mrr@${k}`]).toBeCloseTo(rr, 12);
    }
    // LensKit divides recall by min(list length, G) and map likewise; they agree with G where the list is as long.
    const wholeLists = (cases: { recs: number[]; rel: number[]; n?: number }[]) =>
      cases.filter(({ recs, rel, n }) => (n ?? recs.length) >= rel.length);
    for (const { recs, rel, ap, n } of wholeLists(golden.lenskit.ap) as never[]) {
      const k = n ?? (recs as number[]).length;
      expect(measure([recs], [rel], [k])[`map@${k}`]).toBeCloseTo(ap, 12);
    }
    for (const { recs, rel, recall } of golden.lenskit.recall) {
      const k = recs.length;
      expect(measure([recs], [rel], [k])[`recall@${k}`]).toBeCloseTo(recall, 12);
    }
  });
});
