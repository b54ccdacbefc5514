import { describe, expect, it } from "vitest";
import { evaluationConfigResponse } from "#contract/study-config.ts";
import { bodyOf, readAs } from "../../../runtime/api.ts";
import { annAndBob } from "../../../runtime/study.ts";

describe("evaluation_config", () => {
  it("fills in the defaults, for its maker", async () => {
    const { ann } = await annAndBob();
    const evaluation = await readAs(
      evaluationConfigResponse,
      await ann.call("POST", "/evaluation_config/", {}),
      201,
    );
    expect(evaluation).toMatchObject({ cutoff: 20, target_metric: "ndcg", created_by: ann.session.user.pk });
  });

  it("takes the place of the first hit as its metric, which Recotem's form does not have", async () => {
    const { ann } = await annAndBob();
    const body = { target_metric: "mrr" };
    const response = await ann.call("POST", "/evaluation_config/", body);
    expect(await readAs(evaluationConfigResponse, response, 201)).toMatchObject(body);
  });

  it.each([
    [{ cutoff: 2.5 }, { cutoff: ["A valid integer is required."] }],
    [{ cutoff: null }, { cutoff: ["This field may not be null."] }],
    [{ target_metric: "NDCG" }, { target_metric: ['"NDCG" is not a valid choice.'] }],
  ])("refuses %j", async (body, errors) => {
    const { ann } = await annAndBob();
    const response = await ann.call("POST", "/evaluation_config/", body);
    expect([response.status, await bodyOf(response)]).toEqual([400, errors]);
  });
});
