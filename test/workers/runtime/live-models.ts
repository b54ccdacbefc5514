/**
 * A project with data and a configuration, models of it that end as their coordinators end them, and the entries that serving
 * would read.
 */

import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import type { z } from "zod";
import type { ApiDeps } from "#api/composition/deps.ts";
import { servingResponse } from "#contract/deployment.ts";
import { trainedModelResponse } from "#contract/model.ts";
import { type FinalMetrics, tuningJobResponse } from "#contract/tuning-job.ts";
import { deploymentSlot, trainedModel, tuningJob } from "#db/schema.ts";
import type { Study } from "#jobs/study-job.ts";
import { settleTraining } from "#services/retraining/training-outcome.ts";
import { studySpecOf } from "#services/tuning/studies.ts";
import { settleStudy } from "#services/tuning/study-outcome.ts";
import { routingManifest } from "#storage/routing-store.ts";
import { createProject, join, readAs, testApi } from "./api.ts";
import { post, readyData } from "./study.ts";

type Settled = Parameters<typeof settleTraining>[1];
type Model = z.output<typeof trainedModelResponse>;

export async function liveWorld(overrides: Partial<ApiDeps> = {}) {
  const api = testApi(overrides);
  await join(api);
  const [ann, bob] = [await join(api), await join(api)];
  const { id: projectId } = await createProject(ann);
  const dataId = await readyData(projectId);
  const split = await post(ann, "/split_config/", {});
  const evaluation = await post(ann, "/evaluation_config/", {});
  const body = { project: projectId, recommender_class_name: "CosineKNNRecommender" };
  const configurationId = await post(ann, "/model_configuration/", body);
  const { deps } = api;

  const endTraining = async (modelId: number): Promise<void> => {
    const artifactKey = `projects/${projectId}/models/${modelId}.edgewise`;
    const job = {
      spec: { modelId, projectId, artifactKey },
      result: { bytes: 3 },
      task: { lastError: null },
    };
    await settleTraining(deps, job as unknown as Settled);
  };
  /** A training by hand from its request to its end. */
  const train = async (fields: object = {}): Promise<number> => {
    const request = { configuration: configurationId, data_loc: dataId, ...fields };
    const id = await post(ann, "/trained_model/", request);
    await endTraining(id);
    api.advance(1);
    return id;
  };
  const startJob = async (fields: object = {}) =>
    readAs(
      tuningJobResponse,
      await ann.call("POST", "/parameter_tuning_job/", { data: dataId, split, evaluation, ...fields }),
      201,
    );
  /** Ends a study with these figures of ndcg@20; the id of the model to train, null if there is none. */
  const settle = async (
    jobId: number,
    ndcg: { winner: number; serving?: number },
  ): Promise<number | null> => {
    const spec = await studySpecOf(deps, jobId);
    const outcome = { state: "COMPLETE", params: {}, value: ndcg.winner, metrics: {}, seconds: 1 };
    const configuration = { algorithm: "CosineKNN", params: {} };
    const task = { phase: "done" };
    const found: FinalMetrics = {
      winner: { "ndcg@20": ndcg.winner },
      popularity: { "ndcg@20": 0.01 },
      ...(ndcg.serving === undefined ? {} : { serving: { "ndcg@20": ndcg.serving } }),
    };
    const trials = [{ number: 0, task, configuration, reports: [], outcome }];
    const study = { spec, phase: "completed", trials, finalResult: found, error: null };
    return settleStudy(deps, study as unknown as Study);
  };
  const endStudy = async (jobId: number, ndcg: Parameters<typeof settle>[1]): Promise<number> => {
    const modelId = await settle(jobId, ndcg);
    if (modelId === null) throw new Error("nothing was trained");
    return modelId;
  };
  /** The jobs that measure a model, the latest last. */
  const measurementsOf = (modelId: number) =>
    deps.db.select().from(tuningJob).where(eq(tuningJob.measuredModelId, modelId)).orderBy(tuningJob.id);
  /** Ends the measurement that a model waits for; null: without figures. Returns its job. */
  const measure = async (modelId: number, ndcg: Parameters<typeof settle>[1] | null) => {
    const job = (await measurementsOf(modelId)).at(-1);
    if (job === undefined) throw new Error("nothing measures it");
    if (ndcg !== null) await settle(job.id, ndcg);
    else {
      const spec = await studySpecOf(deps, job.id);
      await settleStudy(deps, { spec, phase: "failed", trials: [], error: "no room" } as unknown as Study);
    }
    return job;
  };
  const endJob = async (jobId: number, ndcg: Parameters<typeof endStudy>[1]): Promise<number> => {
    const modelId = await endStudy(jobId, ndcg);
    await endTraining(modelId);
    api.advance(1);
    return modelId;
  };
  const tune = async (ndcg: { winner: number; serving?: number }, fields: object = {}): Promise<number> =>
    endJob((await startJob(fields)).id, ndcg);

  const show = async (modelId: number): Promise<Model> =>
    readAs(trainedModelResponse, await ann.call("GET", `/trained_model/${modelId}/`));
  const serving = async () =>
    (await readAs(servingResponse, await ann.call("GET", `/project/${projectId}/serving/`))).slots;
  /** The content of KV: the ids that serve, and the ids that answer if these are refused. */
  const published = async () => {
    const manifest = routingManifest.parse(
      JSON.parse((await env.ROUTING.get(`project:${projectId}`)) ?? "null"),
    );
    return manifest.slots.map((slot) => [slot.model.id, slot.previous?.id ?? null]);
  };
  const slot = async () => {
    const [row] = await deps.db.select().from(deploymentSlot).where(eq(deploymentSlot.projectId, projectId));
    return row;
  };
  const versionOf = async (modelId: number): Promise<number> => {
    const [row] = await deps.db.select().from(trainedModel).where(eq(trainedModel.id, modelId));
    return row?.version ?? 0;
  };
  const deploy = (modelId: number, request: object = {}) =>
    ann.call("POST", `/trained_model/${modelId}/deploy/`, request);
  const rollBack = async (request: object = {}) =>
    ann.call("POST", `/deployment_slot/${(await slot())?.id}/roll_back/`, request);
  return {
    api,
    ann,
    bob,
    projectId,
    dataId,
    split,
    evaluation,
    configurationId,
    endTraining,
    train,
    startJob,
    endStudy,
    endJob,
    measurementsOf,
    measure,
    tune,
    show,
    serving,
    published,
    slot,
    versionOf,
    deploy,
    rollBack,
  };
}
