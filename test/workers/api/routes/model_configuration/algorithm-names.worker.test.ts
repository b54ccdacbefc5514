import { describe, expect, it } from "vitest";
import type { ApiDeps } from "#api/composition/deps.ts";
import { recotemDialect } from "#api/recotem/recotem-dialect.ts";
import { modelConfigurationResponse } from "#contract/model.ts";
import { tuningJobResponse } from "#contract/tuning-job.ts";
import { createProject, join, readAs, testApi } from "../../../runtime/api.ts";
import { post, readyData } from "../../../runtime/study.ts";

async function setUp(overrides: Partial<ApiDeps> = {}) {
  const api = testApi(overrides);
  await join(api);
  const ann = await join(api);
  return { api, ann, project: (await createProject(ann)).id };
}

describe("a model configuration", () => {
  it.each([
    ["IALS", "IALSRecommender"],
    ["denseslim", "DenseSLIMRecommender"],
    ["EASE", "DenseSLIMRecommender"],
    ["BPRFMRecommender", "BPRRecommender"],
    ["GF-CF", "GFCFRecommender"],
    ["IALSRecommender", "IALSRecommender"],
  ])("takes the name %s, and is stored as %s", async (name, className) => {
    const { ann, project } = await setUp();
    const made = await ann.call("POST", "/model_configuration/", { project, recommender_class_name: name });
    const row = await readAs(modelConfigurationResponse, made, 201);
    expect(row.recommender_class_name).toBe(className);
    const changed = await ann.call("PATCH", `/model_configuration/${row.id}/`, {
      recommender_class_name: "ials",
    });
    expect(await readAs(modelConfigurationResponse, changed)).toMatchObject({
      recommender_class_name: "IALSRecommender",
    });
  });

  it("takes whole class names only where answers are exactly Recotem's", async () => {
    const { ann, project } = await setUp({ dialect: recotemDialect });
    for (const name of ["IALS", "EASE", "BPRFMRecommender", "ialsrecommender"]) {
      const refused = await ann.call("POST", "/model_configuration/", {
        project,
        recommender_class_name: name,
      });
      expect([refused.status, await refused.json()]).toEqual([
        400,
        { recommender_class_name: [`'${name}' is not a valid irspack recommender class.`] },
      ]);
    }
  });
});

describe("a tuning job", () => {
  it("may ask for algorithms by any of their names", async () => {
    const { ann, project } = await setUp();
    const data = await readyData(project);
    const split = await post(ann, "/split_config/", {});
    const evaluation = await post(ann, "/evaluation_config/", {});
    const names = ["IALS", "DenseSLIMRecommender", "sansa", "TopPopOptimizer", "GF-CF"];
    const body = { data, split, evaluation, tried_algorithms_json: names };
    const made = await ann.call("POST", "/parameter_tuning_job/", body);
    expect((await readAs(tuningJobResponse, made, 201)).tried_algorithms_json).toEqual(names);
  });
});
