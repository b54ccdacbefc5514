import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  profileResponse,
  sampleResponse,
  scoredItem,
  trainedModelResponse,
} from "../../../shared/contract/model.ts";
import { pageOf } from "../../../shared/contract/primitives.ts";
import { evaluationConfigResponse, splitConfigResponse } from "../../../shared/contract/study-config.ts";
import { trialResponse, tuningJobResponse } from "../../../shared/contract/tuning-job.ts";
import { modelConfiguration } from "../../../workers/core/db/schema.ts";
import type { Study } from "../../../workers/core/jobs/study-job.ts";
import { markStudy } from "../../../workers/core/services/tuning/studies.ts";
import { bodyOf, createProject, join, readAs, testApi, uniqueName } from "../runtime/api.ts";
import { post, readyData, readyModel } from "../runtime/study.ts";

async function setUp() {
  const api = testApi();
  await join(api);
  const ann = await join(api);
  const project = await createProject(ann);
  return { api, ann, bob: await join(api), project };
}

async function studyParts() {
  const parts = await setUp();
  const data = await readyData(parts.project.id);
  const split = await post(parts.ann, "/split_config/", {});
  const evaluation = await post(parts.ann, "/evaluation_config/", {});
  return { ...parts, data, split, evaluation };
}

describe("split_config and evaluation_config", () => {
  it("fill in the defaults, take numbers as text, and keep what an update leaves out", async () => {
    const { ann } = await setUp();
    const split = await readAs(
      splitConfigResponse,
      await ann.call("POST", "/split_config/", { heldout_ratio: "0.25" }),
      201,
    );
    expect(split).toMatchObject({
      name: null,
      scheme: "RG",
      heldout_ratio: 0.25,
      test_user_ratio: 1,
      random_seed: 42,
    });
    const put = await readAs(
      splitConfigResponse,
      await ann.call("PUT", `/split_config/${split.id}/`, { name: "n" }),
    );
    expect(put).toMatchObject({ name: "n", heldout_ratio: 0.25 });
    const evaluation = await readAs(
      evaluationConfigResponse,
      await ann.call("POST", "/evaluation_config/", {}),
      201,
    );
    expect(evaluation).toMatchObject({ cutoff: 20, target_metric: "ndcg", created_by: ann.session.user.pk });
  });

  it.each([
    [
      "split_config",
      { heldout_ratio: 1.1 },
      { heldout_ratio: ["Ensure this value is less than or equal to 1.0."] },
    ],
    [
      "split_config",
      { test_user_ratio: -0.1 },
      { test_user_ratio: ["Ensure this value is greater than or equal to 0.0."] },
    ],
    ["split_config", { scheme: "XX" }, { scheme: ['"XX" is not a valid choice.'] }],
    [
      "split_config",
      { random_seed: 2 ** 40 },
      { random_seed: ["Ensure this value is less than or equal to 2147483647."] },
    ],
    ["evaluation_config", { cutoff: 2.5 }, { cutoff: ["A valid integer is required."] }],
    ["evaluation_config", { cutoff: null }, { cutoff: ["This field may not be null."] }],
    ["evaluation_config", { target_metric: "NDCG" }, { target_metric: ['"NDCG" is not a valid choice.'] }],
  ])("%s refuses %j", async (path, body, errors) => {
    const { ann } = await setUp();
    const response = await ann.call("POST", `/${path}/`, body);
    expect([response.status, await bodyOf(response)]).toEqual([400, errors]);
  });

  it("are their maker's alone, and filtered by name or the lack of one", async () => {
    const { ann, bob } = await setUp();
    const name = uniqueName("split");
    const id = await post(ann, "/split_config/", { name });
    await post(ann, "/split_config/", {});
    const list = async (query: string) =>
      (await readAs(pageOf(splitConfigResponse), await ann.call("GET", `/split_config/${query}`))).count;
    expect([await list(`?name=${name}`), await list("?unnamed=true"), await list("?unnamed=maybe")]).toEqual([
      1, 1, 2,
    ]);
    for (const method of ["GET", "PATCH", "DELETE"]) {
      const body = method === "PATCH" ? {} : undefined;
      expect((await bob.call(method, `/split_config/${id}/`, body)).status).toBe(404);
    }
    expect((await ann.call("DELETE", `/split_config/${id}/`)).status).toBe(204);
  });
});

describe("parameter_tuning_job", () => {
  it("starts with the defaults, lists its trials and is cancelled", async () => {
    const { api, ann, data, split, evaluation } = await studyParts();
    const body = {
      data,
      split,
      evaluation,
      status: "COMPLETED",
      best_score: 0.99,
      tried_algorithms_json: ["TopPopOptimizer", "IALS"],
    };
    const job = await readAs(tuningJobResponse, await ann.call("POST", "/parameter_tuning_job/", body), 201);
    expect(job).toMatchObject({ status: "PENDING", n_trials: 40, memory_budget: 8000, best_score: null });
    expect(
      await readAs(z.array(trialResponse), await ann.call("GET", `/parameter_tuning_job/${job.id}/trials/`)),
    ).toEqual([]);
    await readAs(tuningJobResponse, await ann.call("POST", `/parameter_tuning_job/${job.id}/cancel/`));
    expect(api.calls).toEqual([
      ["tune", job.id],
      ["cancelTuning", job.id],
    ]);
    await env.DB.prepare("update tuning_job set status = 'COMPLETED' where id = ?").bind(job.id).run();
    expect((await ann.call("POST", `/parameter_tuning_job/${job.id}/cancel/`)).status).toBe(409);
  });

  it("is paused and resumed while it is open, and is shown as what it is", async () => {
    const { api, ann, data, split, evaluation } = await studyParts();
    const id = await post(ann, "/parameter_tuning_job/", { data, split, evaluation });
    const steer = async (name: string) =>
      (await ann.call("POST", `/parameter_tuning_job/${id}/${name}/`)).status;
    expect(await steer("resume")).toBe(409);
    expect(await steer("pause")).toBe(200);
    const study = (pausedAt: number | null) => ({ spec: { jobId: id }, pausedAt }) as unknown as Study;
    await markStudy(api.deps, study(7));
    const paused = await ann.call("GET", `/parameter_tuning_job/?status=PAUSED&data=${data}`);
    expect((await readAs(pageOf(tuningJobResponse), paused)).results.map((job) => job.id)).toEqual([id]);
    expect((await ann.call("PATCH", `/parameter_tuning_job/${id}/`, { n_trials: 3 })).status).toBe(409);
    expect(await steer("resume")).toBe(200);
    await markStudy(api.deps, study(null));
    expect(api.calls.map(([name]) => name)).toEqual(["tune", "pauseTuning", "resumeTuning"]);
    await env.DB.prepare("update tuning_job set status = 'COMPLETED' where id = ?").bind(id).run();
    await markStudy(api.deps, study(7));
    expect([await steer("pause"), await steer("resume")]).toEqual([409, 409]);
  });

  it.each([
    [{ n_trials: 0 }, { n_trials: ["Ensure this value is greater than or equal to 1."] }],
    [{ n_tasks_parallel: -1 }, { n_tasks_parallel: ["Ensure this value is greater than or equal to 1."] }],
    [
      { n_trials: "many", memory_budget: null },
      { n_trials: ["A valid integer is required."], memory_budget: ["This field may not be null."] },
    ],
    [{ train_after_tuning: "perhaps" }, { train_after_tuning: ["Must be a valid boolean."] }],
    [{ tried_algorithms_json: "IALS" }, { tried_algorithms_json: ["Must be a JSON array of strings."] }],
    [
      { tried_algorithms_json: ["Nope"] },
      { tried_algorithms_json: [expect.stringContaining('"Nope" is not a known algorithm.')] },
    ],
    [{ tried_algorithms_json: [] }, { tried_algorithms_json: [expect.any(String)] }],
  ])("refuses %j", async (fields, errors) => {
    const { ann, data, split, evaluation } = await studyParts();
    const response = await ann.call("POST", "/parameter_tuning_job/", { data, split, evaluation, ...fields });
    expect([response.status, await bodyOf(response)]).toEqual([400, errors]);
  });

  it.each([
    [{ scheme: "TG" }, {}, "split"],
    [{ n_test_users: 0 }, {}, "split"],
    [{ n_heldout: -1 }, {}, "split"],
    [{}, { cutoff: 0 }, "evaluation"],
  ])("refuses the impossible split %j with evaluation %j", async (splitFields, evaluationFields, field) => {
    const { api, ann, data } = await studyParts();
    const split = await post(ann, "/split_config/", splitFields);
    const evaluation = await post(ann, "/evaluation_config/", evaluationFields);
    const response = await ann.call("POST", "/parameter_tuning_job/", { data, split, evaluation });
    expect([response.status, Object.keys((await bodyOf(response)) as object)]).toEqual([400, [field]]);
    expect(api.calls).toEqual([]);
  });

  it("needs data that is there and read", async () => {
    const { ann, project, split, evaluation } = await studyParts();
    const gone = await readyData(project.id, { fileKey: null, filesize: null });
    const busy = await readyData(project.id, { status: "INGESTING" });
    const bad = await readyData(project.id, { status: "FAILED", error: "no such column", fileKey: null });
    const refused = async (data: number) =>
      bodyOf(await ann.call("POST", "/parameter_tuning_job/", { data, split, evaluation }));
    expect(await refused(gone)).toEqual({ data: [`Data ${gone} has been deleted.`] });
    expect(await refused(busy)).toEqual({ data: [expect.stringContaining("still being read")] });
    expect(await refused(bad)).toEqual({ data: [expect.stringContaining("no such column")] });
  });

  it("refuses what does not fit in memory, naming what to change", async () => {
    const { api, ann, project, split, evaluation } = await studyParts();
    const data = await readyData(project.id, {
      report: { users: 60_000, items: 80_000, interactions: 2_000_000 },
    });
    const refused = async (fields: object) => {
      const body = { data, split, evaluation, ...fields };
      const response = await ann.call("POST", "/parameter_tuning_job/", body);
      return [response.status, await bodyOf(response)];
    };
    expect(await refused({ memory_budget: 20 })).toEqual([
      400,
      { memory_budget: [expect.stringContaining("and 20 MB are at hand.")] },
    ]);
    expect(await refused({ tried_algorithms_json: ["DenseSLIM"] })).toEqual([
      400,
      { tried_algorithms_json: ["DenseSLIM takes 4096 items at most, not 80000."] },
    ]);
    expect(api.calls).toEqual([]);
  });

  it("says what it leaves out, before it starts and in the answer", async () => {
    const { ann, bob, project, split, evaluation } = await studyParts();
    const data = await readyData(project.id, {
      report: { users: 900, items: 5_000, interactions: 80_000 },
    });
    const tried_algorithms_json = ["DenseSLIM", "TopPop"];
    const left_out = [{ algorithm: "DenseSLIM", reason: "DenseSLIM takes 4096 items at most, not 5000." }];
    const estimate = { data, tried_algorithms_json };
    const before = await ann.call("POST", "/parameter_tuning_job/estimate/", estimate);
    expect(await bodyOf(before)).toEqual({ algorithms: ["TopPop"], left_out });
    expect((await bob.call("POST", "/parameter_tuning_job/estimate/", estimate)).status).toBe(400);
    const body = { data, split, evaluation, tried_algorithms_json };
    const job = await readAs(tuningJobResponse, await ann.call("POST", "/parameter_tuning_job/", body), 201);
    expect(job.left_out).toEqual(left_out);
    const shown = await readAs(tuningJobResponse, await ann.call("GET", `/parameter_tuning_job/${job.id}/`));
    expect(shown).toMatchObject({ left_out, test_part: null });
  });

  it("takes nothing of somebody else's, and answers as if it did not exist", async () => {
    const { bob, ann, data, split, evaluation } = await studyParts();
    const foreign = await bodyOf(
      await bob.call("POST", "/parameter_tuning_job/", { data, split, evaluation }),
    );
    const ids = { data: 999_999, split: 999_999, evaluation: 999_999 };
    expect(foreign).toEqual({
      data: ["Data not found."],
      split: ["Split config not found."],
      evaluation: ["Evaluation config not found."],
    });
    expect(await bodyOf(await bob.call("POST", "/parameter_tuning_job/", ids))).toEqual(foreign);
    const job = await post(ann, "/parameter_tuning_job/", { data, split, evaluation });
    for (const path of ["", "trials/"]) {
      expect((await bob.call("GET", `/parameter_tuning_job/${job}/${path}`)).status).toBe(404);
    }
    expect((await bob.call("POST", `/parameter_tuning_job/${job}/cancel/`)).status).toBe(404);
    const filter = await ann.call("GET", "/parameter_tuning_job/?status=DONE");
    expect(await bodyOf(filter)).toEqual({
      status: ["Select a valid choice. DONE is not one of the available choices."],
    });
  });
});

describe("trained_model", () => {
  async function withModel() {
    const parts = await setUp();
    const data = await readyData(parts.project.id);
    const body = { project: parts.project.id, recommender_class_name: "TopPopRecommender" };
    const configuration = await post(parts.ann, "/model_configuration/", body);
    return { ...parts, data, configuration, model: await readyModel(parts.project.id, configuration, data) };
  }

  it("starts a training and counts versions up within the project", async () => {
    const { api, ann, data, configuration } = await withModel();
    const body = { configuration, data_loc: data };
    const one = await readAs(trainedModelResponse, await ann.call("POST", "/trained_model/", body), 201);
    const two = await readAs(trainedModelResponse, await ann.call("POST", "/trained_model/", body), 201);
    expect(two.version).toBe(one.version + 1);
    expect(one).toMatchObject({ status: "PENDING", file: null, filesize: null });
    expect(api.calls).toEqual([
      ["train", one.id],
      ["train", two.id],
    ]);
  });

  it("refuses a configuration of another project, and records one that cannot be trained as failed", async () => {
    const { api, ann, project, data } = await withModel();
    const other = await createProject(ann);
    const elsewhere = await post(ann, "/model_configuration/", {
      project: other.id,
      recommender_class_name: "TopPopRecommender",
    });
    expect(
      await bodyOf(await ann.call("POST", "/trained_model/", { configuration: elsewhere, data_loc: data })),
    ).toEqual({
      configuration: ["Model configuration must belong to the same project as the training data."],
    });
    const wrong = await post(ann, "/model_configuration/", {
      project: project.id,
      recommender_class_name: "IALSRecommender",
    });
    // As in older configurations, and those of Recotem's exact mode.
    await api.deps.db
      .update(modelConfiguration)
      .set({ parameters: { n_components: -4 } })
      .where(eq(modelConfiguration.id, wrong));
    const body = { configuration: wrong, data_loc: data };
    const row = await readAs(trainedModelResponse, await ann.call("POST", "/trained_model/", body), 201);
    expect(row).toMatchObject({ status: "FAILED", error: expect.stringContaining("n_components") });
    expect(api.calls).toEqual([]);
  });

  it("recommends for a person, for liked items and for somebody at random", async () => {
    const { ann, model } = await withModel();
    const path = `/trained_model/${model}`;
    const items = await readAs(
      z.array(scoredItem),
      await ann.call("GET", `${path}/recommendation/?user_id=1`),
    );
    expect(items).toHaveLength(10);
    const profile = await ann.call("POST", `${path}/recommend_using_profile_interaction/`, {
      item_ids: [101, "x"],
      cutoff: 0,
    });
    expect((await readAs(profileResponse, profile)).recommendations).toHaveLength(1);
    await readAs(sampleResponse, await ann.call("GET", `${path}/sample_recommendation_raw/`));
  });

  it.each([
    ["?cutoff=3", 400, "user_id is required."],
    ["?user_id=1&cutoff=0", 400, "cutoff must be >= 1."],
    ["?user_id=1&cutoff=abc", 400, "cutoff must be an integer."],
    ["?user_id=nobody", 404, "User 'nobody' not found."],
  ])("says why it recommends nothing for %s", async (query, status, detail) => {
    const { ann, model } = await withModel();
    const response = await ann.call("GET", `/trained_model/${model}/recommendation/${query}`);
    expect([response.status, await bodyOf(response)]).toEqual([status, { detail }]);
  });

  it("answers nobody else, whatever the route", async () => {
    const { bob, model } = await withModel();
    const path = `/trained_model/${model}`;
    for (const rest of [
      "/",
      "/recommendation/?user_id=1",
      "/sample_recommendation_raw/",
      "/download_file/",
    ]) {
      expect((await bob.call("GET", path + rest)).status).toBe(404);
    }
    const body = { item_ids: [], cutoff: 1 };
    expect((await bob.call("POST", `${path}/recommend_using_profile_interaction/`, body)).status).toBe(404);
    expect((await bob.call("DELETE", `${path}/`)).status).toBe(404);
  });

  it("is downloaded and deleted with its artifact", async () => {
    const { ann, model } = await withModel();
    const row = await env.DB.prepare("select artifact_key from trained_model where id = ?")
      .bind(model)
      .first<{ artifact_key: string }>();
    await env.STORE.put(row?.artifact_key ?? "", "abc");
    const download = await ann.call("GET", `/trained_model/${model}/download_file/`);
    expect((await download.bytes()).length).toBe(3);
    expect((await ann.call("DELETE", `/trained_model/${model}/`)).status).toBe(204);
    expect(await env.STORE.head(row?.artifact_key ?? "")).toBeNull();
  });
});
