import { describe, expect, it } from "vitest";
import { modelConfigurationResponse } from "#contract/model.ts";
import { bodyOf, createProject, join, readAs, testApi, uniqueName } from "../../../runtime/api.ts";
import { post } from "../../../runtime/study.ts";

async function setUp() {
  const api = testApi();
  await join(api);
  const ann = await join(api);
  const project = await createProject(ann);
  return { api, ann, bob: await join(api), project };
}

describe("model_configuration", () => {
  it("takes whole class names and any parameters, once a name and project", async () => {
    const { ann, bob, project } = await setUp();
    const body = { project: String(project.id), recommender_class_name: "IALSRecommender", name: "mine" };
    const row = await readAs(
      modelConfigurationResponse,
      await ann.call("POST", "/model_configuration/", body),
      201,
    );
    expect(row).toMatchObject({ project: project.id, parameters_json: {}, tuning_job: null });
    expect(await bodyOf(await ann.call("POST", "/model_configuration/", body))).toEqual({
      non_field_errors: ["The fields project, name must make a unique set."],
    });
    expect(await bodyOf(await bob.call("POST", "/model_configuration/", body))).toEqual({
      project: ["Project not found."],
    });
    expect((await bob.call("GET", `/model_configuration/${row.id}/`)).status).toBe(404);
  });

  it("checks parameters together with the algorithm when either changes, and keeps what was stored", async () => {
    const { ann, project } = await setUp();
    const body = {
      project: project.id,
      recommender_class_name: "CosineKNNRecommender",
      parameters_json: { top_k: 5 },
    };
    const id = await post(ann, "/model_configuration/", body);
    const path = `/model_configuration/${id}/`;
    for (const change of [
      { parameters_json: { top_k: -5 } },
      { recommender_class_name: "TopPopRecommender" },
    ]) {
      const refused = await ann.call("PATCH", path, change);
      expect(refused.status).toBe(400);
      expect(await bodyOf(refused)).toEqual({ parameters_json: [expect.stringContaining("top_k")] });
    }
    expect(await bodyOf(await ann.call("GET", path))).toMatchObject(body);
    expect((await ann.call("PATCH", path, { name: uniqueName("k") })).status).toBe(200);
  });

  it.each([
    [
      { recommender_class_name: "NoSuchRecommender" },
      { recommender_class_name: ["'NoSuchRecommender' is not a valid irspack recommender class."] },
    ],
    [
      { recommender_class_name: "os.system" },
      { recommender_class_name: ["recommender_class_name must be a valid Python identifier."] },
    ],
    [{ parameters_json: [1] }, { parameters_json: ["Must be a JSON object (dict)."] }],
    [{ parameters_json: null }, { parameters_json: ["This field may not be null."] }],
    [{ parameters_json: { bogus: 1 } }, { parameters_json: ['bogus: TopPop has no parameter "bogus".'] }],
    [
      { recommender_class_name: "CosineKNNRecommender", parameters_json: { top_k: -5, shrinkage: "x" } },
      {
        parameters_json: [
          expect.stringMatching(/^top_k: .*must be between .*not -5\.$/),
          expect.stringMatching(/^shrinkage: .*must be a number.*not "x"\.$/),
        ],
      },
    ],
  ])("refuses %j", async (fields, errors) => {
    const { ann, project } = await setUp();
    const body = { project: project.id, recommender_class_name: "TopPopRecommender", ...fields };
    expect(await bodyOf(await ann.call("POST", "/model_configuration/", body))).toEqual(errors);
  });
});
