import { describe, expect, it } from "vitest";
import { decideDeployment, type MeasuredModel } from "#services/serving/deployment-decision.ts";

type Figures = MeasuredModel["figures"];

const model = (version: number, ...figures: Figures): MeasuredModel => ({ id: version, version, figures });
const on = (testPart: string, ndcg: number): Figures[number] => ({
  testPart,
  metrics: { "recall@20": 1 - ndcg, "ndcg@20": ndcg },
});

describe("decideDeployment", () => {
  it.each([
    ["nothing is live", model(5, on("a", 0.1)), null, 0, true],
    ["it is better", model(5, on("a", 0.41)), model(4, on("a", 0.4)), 0, true],
    ["it is as good", model(5, on("a", 0.4)), model(4, on("a", 0.4)), 0, true],
    ["it is worse within the tolerance", model(5, on("a", 0.39)), model(4, on("a", 0.4)), 0.05, true],
    ["it is worse beyond the tolerance", model(5, on("a", 0.37)), model(4, on("a", 0.4)), 0.05, false],
    ["it is worse without a tolerance", model(5, on("a", 0.399)), model(4, on("a", 0.4)), 0, false],
    ["one of several parts is common", model(5, on("b", 0.1), on("a", 0.5)), model(4, on("a", 0.4)), 0, true],
    [
      "the newest common part says that it is worse",
      model(5, on("b", 0.1), on("a", 0.5)),
      model(4, on("a", 0.4), on("b", 0.2)),
      0,
      false,
    ],
  ])("where %s", (_case, candidate, serving, tolerance, deploys) => {
    const decision = decideDeployment(candidate, serving, tolerance);
    expect(decision.deploys).toBe(deploys);
    expect(decision.reason).toMatch(deploys ? /^Deployed/ : /^Not deployed: ndcg@20/);
  });

  it.each([
    ["the parts differ, however good it looks", model(5, on("a", 0.9)), model(4, on("b", 0.1))],
    ["the live one was never measured", model(5, on("a", 0.9)), model(4)],
    ["it was never measured itself", model(5), model(4, on("a", 0.1))],
    ["no metric is common", model(5, { testPart: "a", metrics: { "map@5": 1 } }), model(4, on("a", 0.1))],
  ])("does not deploy where %s", (_case, candidate, serving) => {
    expect(decideDeployment(candidate, serving, 1)).toEqual({
      deploys: false,
      reason: "Not deployed: version 4 is live, and the two were not measured on the same test part.",
    });
  });

  it("names both figures and where they were measured", () => {
    const { reason } = decideDeployment(
      model(5, on("3f9a1c2e", 0.0714)),
      model(4, on("3f9a1c2e", 0.0789)),
      0.02,
    );
    expect(reason).toBe(
      "Not deployed: ndcg@20 0.0714, version 4 has 0.0789 on the same test part (3f9a1c2e), and the tolerance is 2 %.",
    );
  });
});
