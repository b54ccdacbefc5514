import { env } from "cloudflare:workers";
import { asc, eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { deletionResponse } from "#contract/deletion.ts";
import { uploadResponse } from "#contract/upload.ts";
import { deletion, deletionItem } from "#db/deletion-schema.ts";
import { trainedModel, trainingData, tuningJob } from "#db/schema.ts";
import type { ErasureJob, ErasureResult } from "#jobs/erasure-job.ts";
import { driveDeletions } from "#services/erasure/deletions.ts";
import { closeGoneItem, erasureSpecOf } from "#services/erasure/erasure-items.ts";
import { settleErasure } from "#services/erasure/erasure-outcome.ts";
import { checkpointKey, modelPartKey, studyPartKey } from "#storage/keys.ts";
import { createProject, join, readAs, testApi } from "../../../runtime/api.ts";
import { goLive, post, readyData, readyModel } from "../../../runtime/study.ts";

const NOTHING: ErasureResult = {
  removed: 0,
  file: null,
  artifact: null,
  report: null,
  isEmpty: false,
  isLost: false,
};
/** A model without the user. */
const changed = (key: string, bytes: number): ErasureResult => ({
  ...NOTHING,
  removed: 1,
  artifact: { key, bytes },
});

async function setUp() {
  const api = testApi();
  await join(api);
  const [ann, bob] = [await join(api), await join(api)];
  const { id: projectId } = await createProject(ann);
  const dataId = await readyData(projectId);
  const body = { project: projectId, recommender_class_name: "TopPopRecommender" };
  const modelId = await readyModel(projectId, await post(ann, "/model_configuration/", body), dataId);
  await goLive(api, projectId, modelId);
  const order = async (userId = "u1") => {
    const response = await ann.call("POST", `/project/${projectId}/erase_person/`, { user_id: userId });
    return readAs(deletionResponse, response, 202);
  };
  const show = async (id: number) => readAs(deletionResponse, await ann.call("GET", `/deletion/${id}/`));
  /** Ends the job of an item as its coordinator does. */
  const settle = async (itemId: number, result: ErasureResult | null, lastError: string | null = null) => {
    const spec = await erasureSpecOf(api.deps, itemId);
    if (spec === null) throw new Error("the item is done");
    const job = { spec, result, task: { lastError } } as unknown as ErasureJob;
    await settleErasure(api.deps, job);
    return job;
  };
  const itemsOf = (id: number) =>
    api.deps.db
      .select()
      .from(deletionItem)
      .where(eq(deletionItem.deletionId, id))
      .orderBy(asc(deletionItem.id));
  const drive = (ms: number) => driveDeletions({ ...api.deps, clock: () => api.deps.clock() + ms });
  return { api, ann, bob, projectId, dataId, modelId, order, show, settle, itemsOf, drive };
}

describe("erasing a user", () => {
  it("keeps what is known of the file: how it was read, and that its form had no end", async () => {
    const { api, dataId, order, settle, itemsOf } = await setUp();
    const { db } = api.deps;
    const reading = { form_had_no_end: true, missing_words: "keep" } as const;
    await db.update(trainingData).set({ reading }).where(eq(trainingData.id, dataId));
    const { id } = await order();
    const [item] = await itemsOf(id);
    const format = { name: "csv", gzip: false, delimiter: ";", header: false };
    await settle(item?.id ?? 0, {
      ...NOTHING,
      removed: 1,
      file: { key: `f${dataId}`, name: "log.csv", bytes: 7 },
      artifact: { key: `a${dataId}`, bytes: 5 },
      report: { format },
    });
    const [row] = await db.select().from(trainingData).where(eq(trainingData.id, dataId));
    expect(row?.reading).toEqual({ ...reading, header: "no", separator: ";" });
  });

  it("replaces files and models, and forgets the user's id", async () => {
    const { api, projectId, dataId, modelId, order, show, settle, itemsOf, drive } = await setUp();
    const { db } = api.deps;
    const [oldData] = await db.select().from(trainingData).where(eq(trainingData.id, dataId));
    await env.STORE.put(oldData?.fileKey ?? "", "u1,i1\n");
    const { id } = await order();
    const [data, model] = await itemsOf(id);
    expect([data, model]).toMatchObject([
      { source: "training_data", rowId: dataId },
      { source: "trained_model", rowId: modelId },
    ]);
    expect(api.calls.filter(([name]) => name === "erase")).toEqual([
      ["erase", data?.id],
      ["erase", model?.id],
    ]);
    const file = { key: `f${dataId}`, name: "log.csv", bytes: 7 };
    const artifact = { key: `a${dataId}`, bytes: 5 };
    const result = { ...NOTHING, removed: 3, file, artifact, report: { rows: 1 } };
    const first = await settle(data?.id ?? 0, result);
    await settle(model?.id ?? 0, changed(`m${modelId}`, 9));
    await settleErasure(api.deps, first);
    const [newData] = await db.select().from(trainingData).where(eq(trainingData.id, dataId));
    expect(newData).toMatchObject({
      fileKey: file.key,
      artifactKey: artifact.key,
      filesize: 7,
      report: { rows: 1 },
    });
    expect(await env.STORE.head(oldData?.fileKey ?? "")).toBeNull();
    const [newModel] = await db.select().from(trainedModel).where(eq(trainedModel.id, modelId));
    expect(newModel).toMatchObject({ filesize: 9, status: "READY" });
    expect(await env.ROUTING.get(`project:${projectId}`)).toContain(newModel?.artifactKey ?? "?");
    await drive(1_000);
    await drive(70_000);
    expect(await show(id)).toMatchObject({
      kind: "PERSON",
      status: "COMPLETED",
      report: { person: { files: 1, interaction_rows: 3, metadata_rows: 0, models: 1, problem: null } },
    });
    const forgotten = api.calls.filter(([name]) => name === "forget").map(([, job]) => job);
    expect(forgotten.filter((job) => (job as { kind: string }).kind === "erasure")).toHaveLength(2);
    expect(JSON.stringify(await db.select().from(deletion).where(eq(deletion.id, id)))).not.toContain("u1");
  });

  it("also searches uploads and jobs that were under way", async () => {
    const { api, modelId, order, show, settle, itemsOf, drive } = await setUp();
    const { db } = api.deps;
    await db.update(trainedModel).set({ status: "TRAINING" }).where(eq(trainedModel.id, modelId));
    const { id } = await order();
    const [data] = await itemsOf(id);
    await settle(data?.id ?? 0, NOTHING);
    await drive(120_000);
    await drive(240_000);
    expect((await show(id)).status).toBe("RUNNING");
    await db.update(trainedModel).set({ status: "READY" }).where(eq(trainedModel.id, modelId));
    await drive(360_000);
    const [, model] = await itemsOf(id);
    expect(model).toMatchObject({ source: "trained_model", rowId: modelId, state: "OPEN" });
  });

  it("ends a study of erased rows, and deletes its models and what trainings have left", async () => {
    const { api, ann, projectId, dataId, modelId, order, show, settle, itemsOf, drive } = await setUp();
    const split = await post(ann, "/split_config/", {});
    const evaluation = await post(ann, "/evaluation_config/", {});
    const job = await post(ann, "/parameter_tuning_job/", { data: dataId, split, evaluation });
    // A trial's model with rows of users, the best epoch of another, a finished component of a blend, a checkpoint.
    const keys = [
      studyPartKey(projectId, job, 3),
      studyPartKey(projectId, job, 140),
      modelPartKey(projectId, modelId, 1),
      checkpointKey(projectId, modelId, 1),
    ];
    for (const key of keys) await env.STORE.put(key, "rows of u1");
    const { id } = await order();
    const [data, model] = await itemsOf(id);
    const file = { key: `f${dataId}`, name: "log.csv", bytes: 7 };
    const artifact = { key: `a${dataId}`, bytes: 5 };
    await settle(data?.id ?? 0, { ...NOTHING, removed: 3, file, artifact, report: { rows: 1 } });
    await settle(model?.id ?? 0, changed(`m${modelId}`, 9));
    const [stopped] = await api.deps.db.select().from(tuningJob).where(eq(tuningJob.id, job));
    expect(stopped?.status).toBe("CANCELLED");
    await drive(60_000);
    expect((await show(id)).status).toBe("RUNNING");
    for (const minutes of [8, 10, 12]) await drive(minutes * 60_000);
    expect(await Promise.all(keys.map((key) => env.STORE.head(key)))).toEqual(keys.map(() => null));
    expect((await show(id)).status).toBe("COMPLETED");
  });

  it("stays open while something cannot be read, says why, and tries again", async () => {
    const { api, order, show, settle, itemsOf, drive } = await setUp();
    const { id } = await order();
    const [data, model] = await itemsOf(id);
    await settle(model?.id ?? 0, NOTHING);
    await settle(data?.id ?? 0, null, "The worker stopped answering.");
    expect((await show(id)).report.person?.problem).toMatch(/^training_data \d+: The worker stopped/);
    await drive(120_000);
    expect(api.calls).toContainEqual(["forget", { kind: "erasure", id: data?.id }]);
    expect(api.calls.filter(([name, item]) => name === "erase" && item === data?.id)).toHaveLength(2);
    await settle(data?.id ?? 0, { ...NOTHING, removed: 2, isEmpty: true });
    expect((await show(id)).report.person).toMatchObject({ problem: null, interaction_rows: 2 });
    const [row] = await api.deps.db
      .select()
      .from(trainingData)
      .where(eq(trainingData.id, data?.rowId ?? 0));
    expect(row).toMatchObject({ status: "FAILED", fileKey: null, artifactKey: null });
  });

  it("does not bring back a user whom another order erased meanwhile", async () => {
    const { api, projectId, modelId, order, show, settle, itemsOf, drive } = await setUp();
    const [first, second] = [await order("u1"), await order("u2")];
    const [firstData, firstModel] = await itemsOf(first.id);
    const [secondData, secondModel] = await itemsOf(second.id);
    expect(api.calls).not.toContainEqual(["erase", secondModel?.id]);
    await settle(firstData?.id ?? 0, NOTHING);
    await settle(secondData?.id ?? 0, NOTHING);
    const stale = await erasureSpecOf(api.deps, secondModel?.id ?? 0);
    if (stale === null) throw new Error("the item is done");
    await env.STORE.put("late", "still with u1");
    await settle(firstModel?.id ?? 0, changed("first", 9));
    const late = { spec: stale, result: changed("late", 10), task: {} };
    await settleErasure(api.deps, late as unknown as ErasureJob);
    const shown = () => api.deps.db.select().from(trainedModel).where(eq(trainedModel.id, modelId));
    expect(await shown()).toMatchObject([{ artifactKey: "first", filesize: 9 }]);
    expect(await env.ROUTING.get(`project:${projectId}`)).toContain('"first"');
    expect(await env.STORE.head("late")).toBeNull();
    expect((await show(second.id)).report.person).toMatchObject({
      models: 0,
      problem: expect.stringMatching(/^trained_model \d+: It has changed meanwhile/),
    });
    await drive(120_000);
    expect(api.calls).toContainEqual(["forget", { kind: "erasure", id: secondModel?.id }]);
    const again = await settle(secondModel?.id ?? 0, changed("second", 8));
    expect(again.spec.artifactKey).toBe("first");
    expect(await shown()).toMatchObject([{ artifactKey: "second", filesize: 8 }]);
    expect((await show(second.id)).report.person).toMatchObject({ models: 1, problem: null });
  });

  it("skips what was deleted meanwhile", async () => {
    const { api, ann, dataId, order, itemsOf } = await setUp();
    const { id } = await order();
    const [data] = await itemsOf(id);
    await ann.call("DELETE", `/training_data/${dataId}/?stop_serving=true`);
    expect(await erasureSpecOf(api.deps, data?.id ?? 0)).toBeNull();
    await closeGoneItem(api.deps, data?.id ?? 0);
    expect((await itemsOf(id))[0]?.state).toBe("DONE");
  });

  it("ends although a file or a model is gone from the store: what was read from it goes, too", async () => {
    const { api, dataId, modelId, order, settle, itemsOf, show } = await setUp();
    const { db } = api.deps;
    const [before] = await db.select().from(trainingData).where(eq(trainingData.id, dataId));
    await env.STORE.put(before?.artifactKey ?? "", "rows of u1");
    const { id } = await order();
    const [data, model] = await itemsOf(id);
    await settle(data?.id ?? 0, { ...NOTHING, isLost: true });
    await settle(model?.id ?? 0, { ...NOTHING, isLost: true });
    const gone = { status: "FAILED", artifactKey: null, filesize: null };
    const [file] = await db.select().from(trainingData).where(eq(trainingData.id, dataId));
    expect(file).toMatchObject({
      ...gone,
      fileKey: null,
      error: expect.stringContaining("The file is gone"),
    });
    const [trained] = await db.select().from(trainedModel).where(eq(trainedModel.id, modelId));
    expect(trained).toMatchObject({ ...gone, error: "The file of this model is gone." });
    expect(await env.STORE.head(before?.artifactKey ?? "")).toBeNull();
    expect((await itemsOf(id)).map(({ state }) => state)).toEqual(["DONE", "DONE"]);
    expect((await show(id)).report.person?.problem).toBeNull();
  });

  it("deletes failed rows that still have files, and a failed model answers nothing", async () => {
    const { api, ann, projectId, dataId, modelId, order, show, itemsOf } = await setUp();
    const { db } = api.deps;
    const failed = { status: "FAILED", error: "Once." } as const;
    const fileKey = `projects/${projectId}/uploads/failed`;
    const failedData = await readyData(projectId, { ...failed, fileKey, artifactKey: null });
    await env.STORE.put(fileKey, "u1,i1\n");
    await db.update(trainedModel).set(failed).where(eq(trainedModel.id, modelId));
    const [model] = await db.select().from(trainedModel).where(eq(trainedModel.id, modelId));
    const artifactKey = model?.artifactKey ?? "";
    await env.STORE.put(artifactKey, "u1");
    const asked = await ann.call("GET", `/trained_model/${modelId}/recommendation/?user_id=u1`);
    expect(asked.status).toBe(409);
    const { id } = await order();
    expect([await env.STORE.head(fileKey), await env.STORE.head(artifactKey)]).toEqual([null, null]);
    const [row] = await db.select().from(trainingData).where(eq(trainingData.id, failedData));
    expect(row).toMatchObject({ ...failed, fileKey: null, artifactKey: null });
    const [gone] = await db.select().from(trainedModel).where(eq(trainedModel.id, modelId));
    expect(gone).toMatchObject({ ...failed, artifactKey: null });
    expect((await show(id)).report.objects).toEqual({ count: 2, bytes: 8 });
    expect(api.calls).toContainEqual([
      "forget",
      { kind: "ingestion", source: "training_data", id: failedData },
    ]);
    expect((await itemsOf(id)).map(({ rowId }) => rowId)).toEqual([dataId]);
  });

  it("ends open uploads, whose parts nobody can look through, and says so", async () => {
    const { api, ann, projectId, order, show } = await setUp();
    const request = { project: projectId, kind: "training_data", filename: "log.csv", size: 7 };
    const begun = await readAs(uploadResponse, await ann.call("POST", "/uploads/", request), 201);
    const put = (id: number) =>
      api.fetch(`/api/v1/uploads/${id}/parts/1/`, {
        method: "PUT",
        headers: { authorization: `Bearer ${ann.session.access}`, "content-length": "7" },
        body: "u1,i1\nx",
      });
    expect((await put(begun.id)).ok).toBe(true);
    const { id } = await order();
    expect((await show(id)).report.rows).toEqual({ upload: 1 });
    for (const answer of [await put(begun.id), await ann.call("POST", `/uploads/${begun.id}/complete/`)]) {
      expect([answer.status, JSON.stringify(await answer.json())]).toEqual([
        404,
        expect.stringContaining("a user was erased from its project"),
      ]);
    }
    api.advance(1_000);
    const later = await readAs(uploadResponse, await ann.call("POST", "/uploads/", request), 201);
    await driveDeletions({ ...api.deps, clock: () => api.deps.clock() + 120_000 });
    expect((await put(later.id)).ok).toBe(true);
  });

  it("forgets the job that read a file, since that keeps a report with ids of it", async () => {
    const { api, dataId, order, settle, itemsOf } = await setUp();
    const { id } = await order();
    const [data] = await itemsOf(id);
    const file = { key: `f${dataId}`, name: "log.csv", bytes: 7 };
    await settle(data?.id ?? 0, { ...NOTHING, removed: 1, file, artifact: { key: `a${dataId}`, bytes: 5 } });
    const job = { kind: "ingestion", source: "training_data", id: dataId };
    expect(api.calls).toContainEqual(["forget", job]);
  });

  it("is for the project's owner, and needs an id", async () => {
    const { ann, bob, projectId } = await setUp();
    const path = `/project/${projectId}/erase_person/`;
    expect((await bob.call("POST", path, { user_id: "u1" })).status).toBe(404);
    expect((await ann.call("POST", path, {})).status).toBe(400);
  });
});
