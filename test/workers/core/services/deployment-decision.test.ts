import { describe, expect, it } from "vitest";
import {
  decideDeployment,
  type MeasuredModel,
} from "../../../../workers/core/services/deployment-decision.ts";

const study = { splitId: 1, evaluationId: 2, dataId: 3 };
const model = (ndcg: number, overrides: Partial<MeasuredModel> = {}): MeasuredModel => ({
  id: 4,
  version: 4,
  rival: null,
  metrics: { "recall@20": 1 - ndcg, "ndcg@20": ndcg },
  study,
  ...overrides,
});

/** Measured beside a model, on newer data. */
const beside = (id: number, ndcg: number): Partial<MeasuredModel> => ({
  study: { ...study, dataId: 9 },
  rival: { id, metrics: { "ndcg@20": ndcg } },
});

describe("decideDeployment", () => {
  it.each([
    ["nothing serves", model(0.1), null, 0, true],
    ["it is better", model(0.41), model(0.4), 0, true],
    ["it is as good", model(0.4), model(0.4), 0, true],
    ["it is worse within the tolerance", model(0.39), model(0.4), 0.05, true],
    ["it is worse beyond the tolerance", model(0.37), model(0.4), 0.05, false],
    ["it is worse without a tolerance", model(0.399), model(0.4), 0, false],
    ["newer data were split alike", model(0.1, { study: { ...study, dataId: 9 } }), model(0.4), 0, false],
    ["it was split otherwise", model(0.1, { study: { ...study, splitId: 9 } }), model(0.4), 0, true],
    ["the serving one was never measured", model(0.1), model(0, { metrics: null, study: null }), 0, true],
    ["it beats what serves on the same data", model(0.3, beside(4, 0.29)), model(0.4), 0, true],
    ["it loses to what serves on the same data", model(0.5, beside(4, 0.6)), model(0.4), 0.1, false],
    ["no metric is common", model(0.1, { metrics: { "map@5": 0 } }), model(0.4), 0, true],
  ])("where %s", (_case, candidate, serving, tolerance, deploys) => {
    const decision = decideDeployment(candidate, serving, tolerance);
    expect(decision.deploys).toBe(deploys);
    expect(decision.reason).toMatch(deploys ? /^Deployed/ : /^Not deployed: ndcg@20/);
  });

  it("does not deploy against a model that it was not measured beside", () => {
    const decision = decideDeployment(model(0.9, beside(7, 0.1)), model(0.4), 0.5);
    expect(decision).toEqual({
      deploys: false,
      reason: "Not deployed: version 4 began to serve meanwhile.",
    });
  });
});
