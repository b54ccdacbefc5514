import { eq, inArray } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { trainedModelResponse } from "#contract/model.ts";
import { modelComparison } from "#contract/model-comparison.ts";
import type { ColdMetrics } from "#contract/tuning-job.ts";
import { modelConfiguration, trainedModel } from "#db/schema.ts";
import type { Study } from "#jobs/study-job.ts";
import { studySpecOf } from "#services/tuning/studies.ts";
import { settleStudy } from "#services/tuning/study-outcome.ts";
import { resamplesKey } from "#storage/keys.ts";
import { writeResamples } from "#storage/measured-resamples.ts";
import { bodyOf, createProject, join, readAs, testApi } from "../../../runtime/api.ts";
import { liveWorld } from "../../../runtime/live-models.ts";
import { post, readyData, readyModel } from "../../../runtime/study.ts";

async function setUp() {
  const api = testApi();
  await join(api);
  const [ann, bob] = [await join(api), await join(api)];
  const { id: project } = await createProject(ann);
  const data = await readyData(project);
  const split = await post(ann, "/split_config/", {});
  const evaluation = await post(ann, "/evaluation_config/", {});
  const modelOf = async (parameters_json: object) => {
    const body = { project, recommender_class_name: "CosineKNNRecommender", parameters_json };
    return readyModel(project, await post(ann, "/model_configuration/", body), data);
  };
  /** Measures a model as its study's coordinator does. */
  const measure = async (
    model: number,
    ndcg: number,
    parts: { split?: number; width?: number; coldResult?: ColdMetrics; resamples?: readonly number[] } = {},
  ) => {
    const request = { split: parts.split ?? split, evaluation };
    const started = await ann.call("POST", `/trained_model/${model}/evaluate/`, request);
    const { tuning_job: jobId } = await readAs(z.object({ tuning_job: z.number() }), started, 202);
    const spec = await studySpecOf(api.deps, jobId);
    const { width = 0.01, coldResult, resamples } = parts;
    if (resamples) {
      const resampled = (means: readonly number[]) => ({ users: 50, seed: 1, means: { "ndcg@20": means } });
      const halves = { winner: resampled(resamples), popularity: resampled(resamples.map(() => 0.1)) };
      await writeResamples(api.deps.store, resamplesKey(spec?.projectId ?? 0, jobId), halves);
    }
    const outcome = { state: "COMPLETE", params: {}, value: ndcg, metrics: {}, seconds: 1 };
    const trials = [{ number: 0, configuration: spec?.fixed, reports: [], outcome, task: { phase: "done" } }];
    const finalResult = {
      winner: { "ndcg@20": ndcg, "gini@20": ndcg },
      popularity: { "ndcg@20": 0.1 },
      intervals: { winner: { "ndcg@20": { low: ndcg - width, high: ndcg + width } }, popularity: {} },
    };
    const study = { spec, phase: "completed", trials, finalResult, coldResult, error: null };
    expect(await settleStudy(api.deps, study as unknown as Study)).toBeNull();
    return { jobId, spec };
  };
  return { api, ann, bob, data, split, evaluation, modelOf, measure };
}

describe("models side by side", () => {
  it("show what they are made of and measure, and which is best where that was measured alike", async () => {
    const { ann, data, split, evaluation, modelOf, measure } = await setUp();
    const [a, b] = [await modelOf({ top_k: 10 }), await modelOf({ top_k: 20 })];
    const before = await readAs(
      modelComparison,
      await ann.call("GET", `/trained_model/compare/?ids=${a},${b}`),
    );
    expect([before.is_comparable, before.best]).toEqual([false, null]);
    const figures = {
      winner: { "ndcg@20": 0.2 },
      popularity: { "ndcg@20": 0.1 },
      users: 9,
      measured_users: 9,
    };
    const coldResult = { cold_items: figures };
    const { jobId, spec } = await measure(a, 0.3, { coldResult });
    expect(spec).toMatchObject({ fixed: { algorithm: "CosineKNN", params: { top_k: 10 } }, trialCount: 1 });
    await measure(b, 0.4);
    const both = await readAs(
      modelComparison,
      await ann.call("GET", `/trained_model/compare/?ids=${b},${a}`),
    );
    expect(both.models.map((model) => model.id)).toEqual([b, a]);
    expect(both.models[1]).toMatchObject({
      recommender_class_name: "CosineKNNRecommender",
      parameters_json: { top_k: 10 },
      filesize: 3,
      data: { id: data, basename: "log.csv" },
      measurement: {
        test_part: both.test_part,
        tuning_job: jobId,
        data,
        split,
        evaluation,
        metrics: { "ndcg@20": 0.3, "gini@20": 0.3 },
        intervals: { "ndcg@20": { low: 0.29, high: 0.31 } },
        cold: coldResult,
      },
      is_serving: false,
    });
    expect(both.models[0]?.measurement?.cold).toBeNull();
    expect(both).toMatchObject({ is_comparable: true, best: { "ndcg@20": { model: b, value: 0.4 } } });
    // The fairer of the two shows fewer items to all users.
    expect(both.best?.["gini@20"]).toEqual({ model: a, value: 0.3 });
    const shown = await readAs(trainedModelResponse, await ann.call("GET", `/trained_model/${a}/`));
    expect(shown.metrics).toMatchObject({ "ndcg@20": 0.3 });
    expect(shown.test_part).toBe(both.test_part);
  });

  it("have no best where their intervals overlap, and none where they measure the same", async () => {
    const { ann, modelOf, measure } = await setUp();
    const [a, b] = [await modelOf({}), await modelOf({})];
    await measure(a, 0.3, { width: 0.04 });
    await measure(b, 0.35, { width: 0.04 });
    const path = `/trained_model/compare/?ids=${a},${b}`;
    const both = await readAs(modelComparison, await ann.call("GET", path));
    expect(both).toMatchObject({
      is_comparable: true,
      best: { "gini@20": { model: a } },
      not_distinguishable: ["ndcg@20"],
    });
    expect(both.best).not.toHaveProperty("ndcg@20");
    const c = await modelOf({});
    await measure(c, 0.3, { width: 0 });
    const same = await readAs(
      modelComparison,
      await ann.call("GET", `/trained_model/compare/?ids=${a},${c}`),
    );
    expect(same).toMatchObject({ best: {}, not_distinguishable: ["ndcg@20", "gini@20"] });
  });

  it("are told apart on the same users where their own intervals overlap", async () => {
    const { ann, modelOf, measure } = await setUp();
    const [a, b, c] = [await modelOf({}), await modelOf({}), await modelOf({})];
    await measure(a, 0.3, { width: 0.04, resamples: [0.27, 0.33, 0.3] });
    await measure(b, 0.32, { width: 0.04, resamples: [0.29, 0.34, 0.32] });
    await measure(c, 0.31, { width: 0.01, resamples: [0.3, 0.32, 0.31] });
    const compare = async (...ids: number[]) =>
      readAs(modelComparison, await ann.call("GET", `/trained_model/compare/?ids=${ids.join()}`));
    const apart = await compare(b, a);
    expect(apart).toMatchObject({
      best: { "ndcg@20": { model: b } },
      not_distinguishable: [],
      pairs: [{ model: b, than: a }],
    });
    const { difference, low = 0, high } = apart.pairs[0]?.differences["ndcg@20"] ?? {};
    expect([difference, high]).toEqual([expect.closeTo(0.02), expect.closeTo(0.02)]);
    expect(low).toBeGreaterThan(0.009);
    expect(apart.models[0]?.measurement).toMatchObject({
      popularity: { "ndcg@20": 0.1 },
      over_popularity: { "ndcg@20": { difference: expect.closeTo(0.22) } },
    });
    expect(await compare(b, c)).toMatchObject({ best: {}, not_distinguishable: ["ndcg@20"] });
  });

  it("keep each figure with its test part: another measurement is added, and common parts are shown", async () => {
    const { ann, modelOf, measure } = await setUp();
    const other = await post(ann, "/split_config/", { random_seed: 7 });
    const twin = await post(ann, "/split_config/", { random_seed: 7 });
    const [a, b] = [await modelOf({}), await modelOf({})];
    await measure(a, 0.3);
    await measure(b, 0.6, { split: other });
    const show = async (id: number) =>
      readAs(trainedModelResponse, await ann.call("GET", `/trained_model/${id}/`));
    const before = await show(a);
    expect(before.test_part).not.toBe((await show(b)).test_part);
    const path = `/trained_model/compare/?ids=${a},${b}`;
    expect(await readAs(modelComparison, await ann.call("GET", path))).toMatchObject({
      is_comparable: false,
      test_part: null,
      best: null,
      models: [
        { measurement: { metrics: { "ndcg@20": 0.3 } } },
        { measurement: { metrics: { "ndcg@20": 0.6 } } },
      ],
    });
    // Another row with the same split is the same test part.
    await measure(a, 0.4, { split: twin });
    expect(await show(a)).toEqual(before);
    expect(await readAs(modelComparison, await ann.call("GET", path))).toMatchObject({
      is_comparable: true,
      test_part: (await show(b)).test_part,
      best: { "ndcg@20": { model: b, value: 0.6 } },
      models: [
        { measurement: { metrics: { "ndcg@20": 0.4 } } },
        { measurement: { metrics: { "ndcg@20": 0.6 } } },
      ],
    });
  });

  it("are not compared across other data", async () => {
    const { api, ann, modelOf, measure } = await setUp();
    const [a, b] = [await modelOf({}), await modelOf({})];
    await measure(a, 0.3);
    const [row] = await api.deps.db.select().from(trainedModel).where(eq(trainedModel.id, b));
    const other = await readyData(row?.projectId ?? 0);
    await api.deps.db.update(trainedModel).set({ dataId: other }).where(eq(trainedModel.id, b));
    await measure(b, 0.4);
    const both = await readAs(
      modelComparison,
      await ann.call("GET", `/trained_model/compare/?ids=${a},${b}`),
    );
    expect([both.is_comparable, both.best]).toEqual([false, null]);
  });

  it("must be two to four different models of the caller", async () => {
    const { ann, bob, modelOf, split, evaluation } = await setUp();
    const [a, b] = [await modelOf({}), await modelOf({})];
    const problem = { ids: ["Name 2 to 4 different models, as in 3,7."] };
    for (const ids of ["", String(a), `${a},${a}`, "1,2,3,4,5", "1,x", "1,-2", "1,2.5"]) {
      const response = await ann.call("GET", `/trained_model/compare/?ids=${ids}`);
      expect([response.status, await bodyOf(response)]).toEqual([400, problem]);
    }
    expect((await bob.call("GET", `/trained_model/compare/?ids=${a},${b}`)).status).toBe(404);
    expect((await ann.call("GET", `/trained_model/compare/?ids=${a},999999`)).status).toBe(404);
    const foreign = await bob.call("POST", `/trained_model/${a}/evaluate/`, { split, evaluation });
    expect(foreign.status).toBe(404);
  });

  it("are not measured with an impossible configuration", async () => {
    const { api, ann, modelOf, split, evaluation } = await setUp();
    const model = await modelOf({});
    // As in older configurations.
    const ofModel = api.deps.db
      .select({ id: trainedModel.configurationId })
      .from(trainedModel)
      .where(eq(trainedModel.id, model));
    await api.deps.db
      .update(modelConfiguration)
      .set({ parameters: { no_such_parameter: 1 } })
      .where(inArray(modelConfiguration.id, ofModel));
    const response = await ann.call("POST", `/trained_model/${model}/evaluate/`, { split, evaluation });
    expect(response.status).toBe(409);
  });
});

describe("a model that another job measured on the part of its own figure", () => {
  it("keeps that figure in comparisons, as its page shows it", async () => {
    const { ann, tune, show } = await liveWorld();
    const live = await tune({ winner: 0.1444 });
    const other = await tune({ winner: 0.12, serving: 0.1413 });
    const compared = await readAs(
      modelComparison,
      await ann.call("GET", `/trained_model/compare/?ids=${live},${other}`),
    );
    expect(compared.is_comparable).toBe(true);
    const figures = compared.models.map(({ measurement }) => measurement?.metrics["ndcg@20"]);
    expect(figures).toEqual([0.1444, 0.12]);
    expect((await show(live)).metrics).toEqual({ "ndcg@20": 0.1444 });
  });
});
