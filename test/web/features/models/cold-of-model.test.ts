import { describe, expect, it } from "vitest";
import { coldOfModel } from "../../../../web/features/models/cold-of-model.ts";

const FIGURES = { winner: { "ndcg@10": 0.3 }, popularity: { "ndcg@10": 0.1 }, users: 9, measured_users: 9 };
const WARM = { "recall@10": 0.5, "ndcg@10": 0.4 };
const POPULAR = { "recall@10": 0.3, "ndcg@10": 0.2 };
const COLD = { cold_items: FIGURES };
const MODEL = { configuration: 7, test_part: "part", metrics: WARM };
const JOB = {
  best_config: 7,
  test_part: "part",
  final_metrics: { winner: WARM, popularity: POPULAR, cold: COLD },
};

describe("coldOfModel", () => {
  it("gives the study's figures of new items beside the model's own, with popularity on the same test part", () =>
    expect(coldOfModel(MODEL, JOB)).toEqual({
      cold: COLD,
      metric: "ndcg@10",
      warm: { winner: 0.4, popularity: 0.2 },
    }));

  it.each([
    ["other settings than the winner's", { ...MODEL, configuration: 8 }, JOB],
    ["a measurement on another test part", { ...MODEL, test_part: "other" }, JOB],
    ["no measurement", { ...MODEL, metrics: null }, JOB],
    ["a study without tables", MODEL, { ...JOB, final_metrics: { winner: WARM, popularity: POPULAR } }],
    ["a study that is not measured yet", MODEL, { ...JOB, final_metrics: null }],
  ])("gives nothing for %s", (_, model, job) => expect(coldOfModel(model, job)).toBeNull());
});
