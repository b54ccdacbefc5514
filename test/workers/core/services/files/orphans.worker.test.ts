import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { cronStages } from "#api/cron.ts";
import { auditEntryResponse } from "#contract/audit.ts";
import { deletionResponse } from "#contract/deletion.ts";
import { pageOf } from "#contract/primitives.ts";
import { auditEntry } from "#db/audit-schema.ts";
import { deletionItem } from "#db/deletion-schema.ts";
import { trainedModel, trainingData, upload } from "#db/schema.ts";
import { ImportGuard } from "#services/archive/import-guard.ts";
import { driveDeletions } from "#services/erasure/deletions.ts";
import { ORPHAN_AGE_MS, sweepOrphans } from "#services/files/orphans.ts";
import { createProject, join, readAs, testApi } from "../../../runtime/api.ts";
import { post, readyData, readyModel } from "../../../runtime/study.ts";

async function keysLeft(): Promise<string[]> {
  return (await env.STORE.list()).objects.map(({ key }) => key);
}

beforeEach(async () => {
  await env.STORE.delete(await keysLeft());
  await env.DB.prepare("delete from cron_cursor").run();
});

async function setUp() {
  const api = testApi();
  await join(api);
  const ann = await join(api);
  const { id } = await createProject(ann);
  const later = { ...api.deps, clock: () => Date.now() + ORPHAN_AGE_MS + 1_000 };
  const put = async (name: string, projectId = id) => {
    const key = `projects/${projectId}/${name}`;
    await env.STORE.put(key, "12345");
    return key;
  };
  return { api, ann, id, later, put };
}

describe("the sweep of the store", () => {
  it("leaves the event segments of a project, which no row names", async () => {
    const { later, put } = await setUp();
    const segment = await put("events/03/0000000000001-0000000000009.ndjson");
    await sweepOrphans(later);
    expect(await keysLeft()).toEqual([segment]);
  });

  it("deletes what no row names, and reports it", async () => {
    const { later, put } = await setUp();
    const orphans = [
      await put("uploads/0123456789abcdef"),
      await put("uploads/erased99-aa-1"),
      await put("datasets/999999.edgewise"),
      await put("metadata/999999.edgewise"),
      await put("user-metadata/999999.edgewise"),
      await put("models/999999.edgewise"),
      await put("models/999999.checkpoint-1"),
      await put("models/999999.part-2"),
      await put("studies/999999.part-13"),
      await put("erased/999999-aa-1.edgewise"),
      await put("models/1.edgewise", 999_999),
      await put("events/03/0000000000001-0000000000009.ndjson", 999_999),
    ];
    const report = await sweepOrphans(later);
    expect([...report.keys].sort()).toEqual(orphans.sort());
    expect(report.bytes).toBe(5 * orphans.length);
    expect(await keysLeft()).toEqual([]);
  });

  it("leaves an entry in the audit log of each project, also of one that is no more, for administrators to read", async () => {
    const { api, ann, id, later, put } = await setUp();
    await put("uploads/0123456789abcdef");
    await put("models/999999.edgewise");
    await put("models/1.edgewise", 999_999);
    const orphans = cronStages(later).find(({ name }) => name === "orphans");
    await orphans?.run();
    await orphans?.run();
    const read = async (path: string) =>
      (await readAs(pageOf(auditEntryResponse), await ann.call("GET", path))).results
        .filter(({ action }) => action === "AUTO /project/:id/sweep")
        .map(({ project, username, target, reason }) => ({ project, username, target, reason }));
    const of = (project: number, objects: string) => ({
      ...{ project, username: "automatic", target: project },
      reason: `Deleted ${objects} of the store that no row named.`,
    });
    expect(await read(`/audit_log/?project=${id}`)).toEqual([of(id, "2 objects")]);
    const rows = await api.deps.db.select().from(auditEntry).where(eq(auditEntry.projectId, 999_999));
    expect(rows).toMatchObject([{ accountId: 0, reason: of(999_999, "1 object").reason }]);
  });

  it("leaves what is named, young, in flight, or not ours", async () => {
    const { api, ann, id, later, put } = await setUp();
    const { db } = api.deps;
    const dataId = await readyData(id, {
      fileKey: await put("uploads/named"),
      artifactKey: await put("datasets/named"),
    });
    const body = { project: id, recommender_class_name: "TopPopRecommender" };
    const configuration = await post(ann, "/model_configuration/", body);
    const ready = await readyModel(id, configuration, dataId);
    await db
      .update(trainedModel)
      .set({ artifactKey: await put("erased/7-aa-1.edgewise") })
      .where(eq(trainedModel.id, ready));
    const training = await readyModel(id, configuration, dataId);
    await db
      .update(trainedModel)
      .set({ artifactKey: null, status: "TRAINING" })
      .where(eq(trainedModel.id, training));
    const unread = await readyData(id, { artifactKey: null, status: "INGESTING" });
    const open = {
      projectId: id,
      kind: "training_data",
      filename: "f",
      size: 1,
      r2UploadId: "x",
      // Begun after the erasure's request below, which ends earlier ones.
      createdAt: Date.now() + 60_000,
    } as const;
    await db.insert(upload).values({ ...open, r2Key: await put("uploads/open") });
    const { id: order } = await readAs(
      deletionResponse,
      await ann.call("POST", `/project/${id}/erase_person/`, { user_id: "u1" }),
      202,
    );
    const [item] = await db.select().from(deletionItem).where(eq(deletionItem.deletionId, order));
    const guard = await ImportGuard.open(api.deps, {
      ownerId: ann.session.user.pk,
      name: "import",
      userColumn: "u",
      itemColumn: "i",
    });
    await put(`models/${training}.edgewise`);
    await put(`models/${training}.checkpoint-0`);
    await put(`datasets/${unread}.edgewise`);
    await put(`uploads/erased${item?.id}-aa-1`);
    await put(`erased/${item?.id}-aa-1.edgewise`);
    await put("uploads/coming", guard.projectId);
    await put("events/of-a-later-version");
    const before = await keysLeft();
    expect((await sweepOrphans(later)).keys).toEqual([]);
    const young = await put("uploads/0123");
    expect(await sweepOrphans({ ...api.deps, clock: () => Date.now() })).toMatchObject({
      keys: [],
      young: 1,
    });
    expect(await keysLeft()).toEqual([...before, young].sort());
  });

  it("takes a page at a time, and comes to the end however many objects there are", async () => {
    const { later, put } = await setUp();
    for (let n = 0; n < 501; n++) await put(`uploads/${String(n).padStart(4, "0")}`);
    expect((await sweepOrphans(later)).keys).toHaveLength(500);
    expect((await sweepOrphans(later)).keys).toHaveLength(1);
    expect(await keysLeft()).toEqual([]);
    await put("uploads/next");
    expect((await sweepOrphans(later)).keys).toHaveLength(1);
  });
});

describe("erasing a user", () => {
  it("does not end before what a killed worker left in the project is gone, and counts it", async () => {
    const { api, ann, id, put } = await setUp();
    await put("uploads/left-behind");
    const asked = await ann.call("POST", `/project/${id}/erase_person/`, { user_id: "u1" });
    const order = await readAs(deletionResponse, asked, 202);
    const show = async () => readAs(deletionResponse, await ann.call("GET", `/deletion/${order.id}/`));
    const drive = (ms: number) => driveDeletions({ ...api.deps, clock: () => Date.now() + ms });
    await drive(61_000);
    await drive(122_000);
    expect((await show()).status).toBe("RUNNING");
    for (const minutes of [6, 8, 10]) await drive(minutes * 60_000);
    expect(await show()).toMatchObject({ status: "COMPLETED", report: { objects: { count: 1, bytes: 5 } } });
    expect(await keysLeft()).toEqual([]);
  });

  it("looks through the file of an upload that broke off after it was put together", async () => {
    const { api, ann, id, put } = await setUp();
    const r2Key = await put("uploads/assembled");
    const row = { projectId: id, kind: "training_data", filename: "f.csv", size: 5, r2Key } as const;
    await api.deps.db.insert(upload).values({ ...row, r2UploadId: "x", createdAt: Date.now() });
    await ann.call("POST", `/project/${id}/erase_person/`, { user_id: "u1" });
    const rows = await api.deps.db.select().from(trainingData).where(eq(trainingData.projectId, id));
    expect(rows).toMatchObject([{ fileKey: r2Key, status: "PENDING", basename: "f.csv" }]);
    expect(api.calls).toContainEqual(["ingest", "training_data", rows[0]?.id]);
    expect(await api.deps.db.select().from(upload).where(eq(upload.projectId, id))).toEqual([]);
  });
});
