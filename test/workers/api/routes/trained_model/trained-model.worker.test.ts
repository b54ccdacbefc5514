import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import {
  foundPeople,
  personHistory,
  profileResponse,
  sampleResponse,
  scoredItem,
  trainedModelResponse,
  trainingEstimate,
} from "#contract/model.ts";
import { modelConfiguration, trainedModel, trainingData } from "#db/schema.ts";
import { DATASET_KIND } from "#engine/artifact/kinds.ts";
import { datasetSections } from "#engine/data/dataset-artifact.ts";
import { createArtifactStore } from "#storage/artifact-store.ts";
import { datasetKey } from "#storage/keys.ts";
import { madeDataset } from "../../../../shared/engine/scale/made-dataset.ts";
import { bodyOf, caller, createProject, join, readAs, testApi } from "../../../runtime/api.ts";
import { annAndBob, post, readyData, readyModel } from "../../../runtime/study.ts";

describe("trained_model", () => {
  async function withModel() {
    const parts = await annAndBob();
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

  it("estimates a training by blocks or in one isolate, and says why one is refused", async () => {
    const { api, ann, bob, project } = await annAndBob();
    const data = await readyData(project.id);
    const artifactKey = datasetKey(project.id, data);
    await api.deps.db.update(trainingData).set({ artifactKey }).where(eq(trainingData.id, data));
    const estimateOf = async (name: string, parameters_json = {}, call = ann.call) => {
      const body = { data_loc: data, recommender_class_name: name, parameters_json };
      return readAs(trainingEstimate, await call("POST", "/trained_model/estimate/", body));
    };
    const missing = { data_loc: data, recommender_class_name: "IALS" };
    const gone = await ann.call("POST", "/trained_model/estimate/", missing);
    expect(await bodyOf(gone)).toEqual({
      data_loc: [`The dataset of data ${data} is gone. Upload the file again.`],
    });
    await createArtifactStore(env.STORE, api.deps.artifactKeys).put(artifactKey, {
      kind: DATASET_KIND,
      meta: { project_id: project.id, data_id: data },
      sections: datasetSections(madeDataset({ users: 90, items: 40, density: 0.2 }), 4_000),
    });
    expect((await bob.call("POST", "/trained_model/estimate/", missing)).status).toBe(400);
    const wrong = { ...missing, parameters_json: { n_components: -1 } };
    expect((await ann.call("POST", "/trained_model/estimate/", wrong)).status).toBe(400);
    const whole = await estimateOf("IALS", { n_components: 4 });
    expect(whole).toMatchObject({ by_blocks: false, reason: null, estimate: { messages: 1, writes: 1 } });
    const small = caller(testApi({ isolateFileBytes: 1_000 }), {
      authorization: `Bearer ${ann.session.access}`,
    });
    const cut = await estimateOf("IALS", { n_components: 4 }, small);
    expect(cut).toMatchObject({ by_blocks: true, memory_mb: null, reason: null });
    expect(cut.estimate?.messages).toBeGreaterThan(10);
    expect(cut.estimate?.dollars).toBeGreaterThan(whole.estimate?.dollars ?? 1);
    const refused = await estimateOf("DenseSLIM", {}, small);
    expect(refused).toMatchObject({ by_blocks: true, estimate: null });
    expect(refused.reason).toContain("past that, use TopPop");
  });

  it("recommends for a user, for liked items and for a random user", async () => {
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
    const similar = await ann.call("GET", `${path}/similar_items/?item_id=7`);
    expect((await readAs(z.array(scoredItem), similar)).map(({ item_id }) => item_id)).toEqual(["7-like"]);
    const nothing = await ann.call("GET", `${path}/similar_items/`);
    expect([nothing.status, await bodyOf(nothing)]).toEqual([400, { detail: "item_id is required." }]);
  });

  it("finds people of the training data, and what it knows of one", async () => {
    const { ann, bob, model } = await withModel();
    const path = `/trained_model/${model}`;
    const people = await ann.call("GET", `${path}/people/?q=fan-&limit=1`);
    expect(await readAs(foundPeople, people)).toEqual({ results: ["fan-1"] });
    const history = await ann.call("GET", `${path}/history/?user_id=fan-1`);
    expect(await readAs(personHistory, history)).toEqual({ user_id: "fan-1", item_ids: ["i1", "i2"] });
    const refused = await Promise.all(
      ["/people/?limit=0", "/history/", "/history/?user_id=nobody"].map(async (query) => {
        const response = await ann.call("GET", path + query);
        return [response.status, await bodyOf(response)];
      }),
    );
    expect(refused).toEqual([
      [400, { detail: "limit must be an integer from 1 to 50." }],
      [400, { detail: "user_id is required." }],
      [404, { detail: "User 'nobody' not found." }],
    ]);
    const foreign = await Promise.all(
      ["/people/", "/history/?user_id=fan-1"].map((query) => bob.call("GET", path + query)),
    );
    expect(foreign.map(({ status }) => status)).toEqual([404, 404]);
  });

  it.each([
    ["?cutoff=3", 400, "user_id is required."],
    ["?user_id=1&cutoff=0", 400, "cutoff must be >= 1."],
    ["?user_id=1&cutoff=abc", 400, "cutoff must be an integer."],
    ["?user_id=1&reasons=11", 400, "reasons must be an integer from 0 to 10."],
    ["?user_id=nobody", 404, "User 'nobody' not found."],
  ])("says why it recommends nothing for %s", async (query, status, detail) => {
    const { ann, model } = await withModel();
    const response = await ann.call("GET", `/trained_model/${model}/recommendation/${query}`);
    expect([response.status, await bodyOf(response)]).toEqual([status, { detail }]);
  });

  it("answers only its owner, on every route", async () => {
    const { bob, model } = await withModel();
    const path = `/trained_model/${model}`;
    for (const rest of [
      "/",
      "/recommendation/?user_id=1",
      "/sample_recommendation_raw/",
      "/similar_items/?item_id=1",
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

  it("numbers fifty trainings at once without a failure", async () => {
    const api = testApi();
    await join(api);
    const ann = await join(api);
    const { id: project } = await createProject(ann);
    const data_loc = await readyData(project);
    const configuration = await post(ann, "/model_configuration/", {
      project,
      recommender_class_name: "TopPopRecommender",
    });
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => ann.call("POST", "/trained_model/", { data_loc, configuration })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    const rows = await api.deps.db.select().from(trainedModel).where(eq(trainedModel.projectId, project));
    expect(rows.map(({ version }) => version).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, at) => at + 1),
    );
  });
});
