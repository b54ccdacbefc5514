import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { tuningJobResponse } from "#contract/tuning-job.ts";
import { modelConfiguration, trainedModel, tuningJob } from "#db/schema.ts";
import type { Study } from "#jobs/study-job.ts";
import { giveUpIngestion } from "#services/files/ingestions.ts";
import { figuresOf } from "#services/measurements/model-figures.ts";
import { giveUpTraining } from "#services/models/trainings.ts";
import { giveUpStudy, markStudy, studySpecOf } from "#services/tuning/studies.ts";
import { settleStudy } from "#services/tuning/study-outcome.ts";
import { createProject, join, readAs, testApi } from "../../../runtime/api.ts";
import { post, readyData } from "../../../runtime/study.ts";

async function setUp() {
  const api = testApi();
  await join(api);
  const ann = await join(api);
  const { id: projectId } = await createProject(ann);
  const data = await readyData(projectId);
  const split = await post(ann, "/split_config/", {});
  const evaluation = await post(ann, "/evaluation_config/", {});
  const job = await post(ann, "/parameter_tuning_job/", { data, split, evaluation });
  /** As a study's object sends a winner. */
  const complete = async (jobId = job, finalResult: Study["finalResult"] = null) => {
    const spec = {
      ...(await studySpecOf(api.deps, jobId)),
      jobId,
      projectId,
      dataId: data,
      trainAfterTuning: false,
    };
    const outcome = { state: "COMPLETE", params: { n: 1 }, value: 0.5, metrics: {}, seconds: 1 };
    const configuration = { algorithm: "TopPop", params: {} };
    const trials = [{ number: 0, task: {}, configuration, reports: [], outcome }];
    const study = { spec, phase: "completed", trials, finalResult, error: null };
    return settleStudy(api.deps, study as unknown as Study);
  };
  const statusOf = async (id = job) => {
    const [row] = await api.deps.db.select().from(tuningJob).where(eq(tuningJob.id, id));
    return row?.status;
  };
  return { api, ann, projectId, data, split, evaluation, job, complete, statusOf };
}

describe("the outcome of a study", () => {
  it("has a name of its own although the import brought the same name", async () => {
    const { api, ann, projectId, job, complete, statusOf } = await setUp();
    const brought = { project: projectId, recommender_class_name: "TopPopRecommender" };
    for (const name of [`Tuning Result of job ${job}`, `Tuning Result of job ${job} (2)`]) {
      await post(ann, "/model_configuration/", { ...brought, name });
    }
    await complete();
    await complete();
    expect(await statusOf()).toBe("COMPLETED");
    const made = await api.deps.db
      .select()
      .from(modelConfiguration)
      .where(eq(modelConfiguration.tuningJobId, job));
    expect(made).toMatchObject([{ name: `Tuning Result of job ${job} (3)` }]);
  });

  it("keeps figures of all data and of the sample apart, each with its test part", async () => {
    const { api, job, complete } = await setUp();
    const half = (value: number) => ({ winner: { "ndcg@10": value }, popularity: { "ndcg@10": 0.1 } });
    await complete(job, {
      ...half(0.3),
      measured_on: { data: "all", users: 100, of_users: 9_000 },
      of_sample: { ...half(0.4), users: 500 },
    });
    const [row] = await api.deps.db.select().from(tuningJob).where(eq(tuningJob.id, job));
    const sample = row?.finalMetrics?.of_sample;
    expect(sample?.test_part).toMatch(/^[0-9a-f]{8}$/);
    expect(sample?.test_part).not.toBe(row?.testPart);
    const model = { id: 1, tuningJobId: job, measuringJobId: null, metrics: null, testPart: null };
    const figures = (await figuresOf(api.deps.db, [model])).get(1);
    expect(figures?.map(({ testPart, metrics }) => [testPart, metrics["ndcg@10"]])).toEqual([
      [row?.testPart, 0.3],
      [sample?.test_part, 0.4],
    ]);
  });

  it("does not bring back a job that was cancelled", async () => {
    const { ann, job, complete, statusOf } = await setUp();
    const cancelled = await ann.call("POST", `/parameter_tuning_job/${job}/cancel/`);
    expect(await readAs(tuningJobResponse, cancelled)).toMatchObject({ status: "CANCELLED" });
    expect(await complete()).toBeNull();
    expect(await statusOf()).toBe("CANCELLED");
  });

  it("is not waited for if the job was ended or deleted elsewhere", async () => {
    const { api, ann, job } = await setUp();
    const study = { spec: { jobId: job }, pausedAt: null } as unknown as Study;
    expect(await markStudy(api.deps, study)).toBe(true);
    await ann.call("POST", `/parameter_tuning_job/${job}/cancel/`);
    expect(await markStudy(api.deps, study)).toBe(false);
    expect(await studySpecOf(api.deps, job)).toBeNull();
    await ann.call("DELETE", `/parameter_tuning_job/${job}/`);
    expect(await markStudy(api.deps, study)).toBe(false);
  });
});

describe("work that can never begin", () => {
  it("ends with the reason: a study and a model of data that could not be read", async () => {
    const { api, ann, projectId, data, job, statusOf } = await setUp();
    const configuration = { project: projectId, recommender_class_name: "TopPopRecommender" };
    const configurationId = await post(ann, "/model_configuration/", configuration);
    const modelId = await post(ann, "/trained_model/", { configuration: configurationId, data_loc: data });
    const modelOf = () => api.deps.db.select().from(trainedModel).where(eq(trainedModel.id, modelId));
    await giveUpStudy(api.deps, job);
    await giveUpTraining(api.deps, modelId);
    expect([await statusOf(), (await modelOf())[0]?.status]).toEqual(["PENDING", "PENDING"]);
    const unread = "update training_data set artifact_key = null, status = 'PENDING' where id = ?";
    await env.DB.prepare(unread).bind(data).run();
    await giveUpStudy(api.deps, job);
    await giveUpTraining(api.deps, modelId);
    expect([await statusOf(), (await modelOf())[0]?.status]).toEqual(["PENDING", "PENDING"]);
    const failed = "update training_data set status = 'FAILED', error = 'No rows.' where id = ?";
    await env.DB.prepare(failed).bind(data).run();
    await giveUpStudy(api.deps, job);
    await giveUpTraining(api.deps, modelId);
    expect(await statusOf()).toBe("FAILED");
    expect(await modelOf()).toMatchObject([
      { status: "FAILED", error: `Training failed: Data ${data} could not be read: No rows.` },
    ]);
  });

  it("ends with the reason: a model with invalid parameters", async () => {
    const { api, ann, projectId, data } = await setUp();
    const configuration = { project: projectId, recommender_class_name: "IALSRecommender" };
    const configurationId = await post(ann, "/model_configuration/", configuration);
    const modelId = await post(ann, "/trained_model/", { configuration: configurationId, data_loc: data });
    const spoil = `update model_configuration set parameters = '{"n_components":-7}' where id = ?`;
    await env.DB.prepare(spoil).bind(configurationId).run();
    await giveUpTraining(api.deps, modelId);
    const [model] = await api.deps.db.select().from(trainedModel).where(eq(trainedModel.id, modelId));
    expect(model).toMatchObject({ status: "FAILED", error: expect.stringMatching(/n_components/) });
  });

  it("ends with the reason: a file that was deleted before it was read", async () => {
    const { api, data } = await setUp();
    const gone = "update training_data set status = 'INGESTING', file_key = null where id = ?";
    await env.DB.prepare(gone).bind(data).run();
    await giveUpIngestion(api.deps, "training_data", data);
    const row = await env.DB.prepare("select status, error from training_data where id = ?")
      .bind(data)
      .first();
    expect(row).toEqual({ status: "FAILED", error: "The file was deleted before it was read." });
  });
});
