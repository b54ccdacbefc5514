import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { trainedModel, trainingData, tuningJob } from "#db/schema.ts";
import type { IngestionJob } from "#jobs/ingestion-job.ts";
import type { TrainingJob } from "#jobs/training-job.ts";
import { ingestionSpecOf, settleIngestion } from "#services/files/ingestions.ts";
import { createUpload } from "#services/files/uploads.ts";
import { trainingSpecOf } from "#services/models/trainings.ts";
import { settleTraining } from "#services/retraining/training-outcome.ts";
import { ownerOf } from "#services/viewer.ts";
import { createProject, join, testApi } from "../../runtime/api.ts";
import { post, readyData } from "../../runtime/study.ts";

async function setUp() {
  const api = testApi();
  await join(api);
  const ann = await join(api);
  const { id } = await createProject(ann);
  const keys = async () =>
    (await env.STORE.list({ prefix: `projects/${id}/` })).objects.map(({ key }) =>
      key.replace(`projects/${id}/`, ""),
    );
  return { api, ann, id, keys };
}

/** A file that is being read, and a call that ends its reading. */
async function readingFile() {
  const world = await setUp();
  const { api, id } = world;
  const fileKey = `projects/${id}/uploads/${crypto.randomUUID()}`;
  await env.STORE.put(fileKey, "u1,i1\n");
  const dataId = await readyData(id, { fileKey, artifactKey: null, status: "INGESTING" });
  const spec = await ingestionSpecOf(api.deps, "training_data", dataId);
  if (spec === null) throw new Error("there is nothing to read");
  const written = () => env.STORE.put(spec.artifactKey, "u1,i1");
  const settle = () => {
    const job = { spec, result: { report: null, validColumns: null }, task: {} };
    return settleIngestion(api.deps, job as unknown as IngestionJob);
  };
  const row = async () =>
    (await api.deps.db.select().from(trainingData).where(eq(trainingData.id, dataId)))[0];
  return { ...world, dataId, written, settle, row };
}

describe("a file that is unlinked while it is read", () => {
  it.each([
    ["before anything was written", ["unlink", "written", "settle"]],
    ["after its artifact was written", ["written", "unlink", "settle"]],
    ["after it was READY", ["written", "settle", "unlink"]],
  ])("leaves nothing in the store, and nobody waits for it: %s", async (_when, steps) => {
    const { api, ann, dataId, written, settle, row, keys } = await readingFile();
    const wasReady = steps[2] === "unlink";
    for (const step of steps) {
      if (step === "written") await written();
      if (step === "settle") await settle();
      if (step === "unlink") {
        expect((await ann.call("DELETE", `/training_data/${dataId}/unlink_file/`)).status).toBeLessThan(300);
        expect(api.calls).toContainEqual([
          "forget",
          { kind: "ingestion", source: "training_data", id: dataId },
        ]);
      }
    }
    expect(await keys()).toEqual([]);
    expect(await row()).toMatchObject({
      fileKey: null,
      artifactKey: null,
      status: wasReady ? "READY" : "FAILED",
    });
    if (!wasReady) expect((await row())?.error).toBe("The file was deleted before it was read.");
  });
});

describe("a file that is deleted while it is read", () => {
  it.each([
    ["before anything was written", ["delete", "written", "settle"]],
    ["after its artifact was written", ["written", "delete", "settle"]],
    ["after it was READY", ["written", "settle", "delete"]],
  ])("leaves nothing in the store: %s", async (_when, steps) => {
    const { ann, dataId, written, settle, row, keys } = await readingFile();
    for (const step of steps) {
      if (step === "written") await written();
      if (step === "settle") await settle();
      if (step === "delete") expect((await ann.call("DELETE", `/training_data/${dataId}/`)).status).toBe(204);
    }
    expect(await keys()).toEqual([]);
    expect(await row()).toBeUndefined();
  });
});

/** A model that is being trained, with a checkpoint, and a call that ends its training. */
async function trainingModel() {
  const world = await setUp();
  const { api, ann, id } = world;
  const dataId = await readyData(id);
  const body = { project: id, recommender_class_name: "TopPopRecommender" };
  const configuration = await post(ann, "/model_configuration/", body);
  const modelId = await post(ann, "/trained_model/", { configuration, data_loc: dataId });
  const spec = await trainingSpecOf(api.deps, modelId);
  if (spec === null) throw new Error("there is nothing to train");
  await env.STORE.put(`projects/${id}/models/${modelId}.checkpoint-1`, "u1");
  const written = () => env.STORE.put(spec.artifactKey, "u1");
  const settle = () => {
    const job = { spec, result: { bytes: 2 }, task: {} };
    return settleTraining(api.deps, job as unknown as TrainingJob);
  };
  const row = async () =>
    (await api.deps.db.select().from(trainedModel).where(eq(trainedModel.id, modelId)))[0];
  return { ...world, dataId, modelId, configuration, written, settle, row };
}

describe("a model whose training is under way", () => {
  const removals = {
    "the model is deleted": ({ modelId }: { modelId: number }) => `/trained_model/${modelId}/`,
    "the model is unlinked": ({ modelId }: { modelId: number }) => `/trained_model/${modelId}/unlink_file/`,
    "its data is deleted": ({ dataId }: { dataId: number }) => `/training_data/${dataId}/`,
    "its data is unlinked": ({ dataId }: { dataId: number }) => `/training_data/${dataId}/unlink_file/`,
    "its configuration is deleted": (of: { configuration: number }) =>
      `/model_configuration/${of.configuration}/`,
  } as const;

  it.each(
    Object.keys(removals).flatMap((what) => [
      [what, "before its artifact was written", false] as const,
      [what, "after its artifact was written", true] as const,
    ]),
  )("leaves nothing in the store when %s, %s", async (what, _when, isWritten) => {
    const world = await trainingModel();
    const { ann, written, settle, row, keys } = world;
    if (isWritten) await written();
    const path = removals[what as keyof typeof removals](world);
    expect((await ann.call("DELETE", `${path}?stop_serving=true`)).status).toBeLessThan(300);
    if (!isWritten) await written();
    await settle();
    expect(await keys()).toEqual([]);
    const left = await row();
    expect(left?.status ?? "gone").toBe(what.endsWith("unlinked") ? "FAILED" : "gone");
  });
});

describe("a study", () => {
  it.each(["/", "/unlink_file/"])("ends when its data goes: DELETE …%s", async (suffix) => {
    const { api, ann, id } = await setUp();
    const data = await readyData(id);
    const split = await post(ann, "/split_config/", {});
    const evaluation = await post(ann, "/evaluation_config/", {});
    const job = await post(ann, "/parameter_tuning_job/", { data, split, evaluation });
    expect((await ann.call("DELETE", `/training_data/${data}${suffix}`)).status).toBeLessThan(300);
    expect(api.calls).toContainEqual(["cancelTuning", job]);
    const [row] = await api.deps.db.select().from(tuningJob).where(eq(tuningJob.id, job));
    expect(row?.status ?? "gone").toBe(suffix === "/" ? "gone" : "CANCELLED");
  });
});

describe("an upload in parts", () => {
  it("that is cancelled after it was assembled leaves nothing", async () => {
    const { api, ann, id, keys } = await setUp();
    const viewer = ownerOf(ann.session.user.pk);
    const request = { project: id, kind: "training_data", filename: "f.csv", size: 5 } as const;
    const row = await createUpload(api.deps, viewer, request as never);
    const open = env.STORE.resumeMultipartUpload(row.r2Key, row.r2UploadId);
    await open.complete([await open.uploadPart(1, "12345")]);
    expect(await keys()).toHaveLength(1);
    expect((await ann.call("DELETE", `/uploads/${row.id}/`)).status).toBe(204);
    expect(await keys()).toEqual([]);
    const part = await ann.call("PUT", `/uploads/${row.id}/parts/1/`);
    expect(part.status).toBe(404);
  });
});
