import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { deletionResponse, EMPTY_REPORT } from "#contract/deletion.ts";
import { pageOf } from "#contract/primitives.ts";
import { auditEntry } from "#db/audit-schema.ts";
import { deletion } from "#db/deletion-schema.ts";
import { account, apiKey, project, taskLog, trainedModel } from "#db/schema.ts";
import { driveDeletions } from "#services/erasure/deletions.ts";
import { rebuildManifest } from "#services/serving/routing.ts";
import {
  bodyOf,
  caller,
  createProject,
  join,
  type Person,
  readAs,
  type TestApi,
  testApi,
} from "../../../runtime/api.ts";
import { post, readyData, readyModel } from "../../../runtime/study.ts";

const page = pageOf(deletionResponse);

/** A project with rows or objects in every store. */
async function fullProject(api: TestApi, ann: Person) {
  const { id } = await createProject(ann);
  const dataId = await readyData(id);
  const configuration = { project: id, recommender_class_name: "TopPopRecommender" };
  const modelId = await readyModel(id, await post(ann, "/model_configuration/", configuration), dataId);
  const split = await post(ann, "/split_config/", {});
  const evaluation = await post(ann, "/evaluation_config/", {});
  const jobId = await post(ann, "/parameter_tuning_job/", { data: dataId, split, evaluation });
  await api.deps.db
    .insert(taskLog)
    .values([1, 2, 3].map((n) => ({ projectId: id, modelId, lineNumber: n, contents: "x", createdAt: 1 })));
  await post(ann, "/api_keys/", { project: id, name: "k", scopes: ["predict"] });
  await post(ann, "/retraining_schedule/", { project: id });
  for (const n of [1, 2]) await env.STORE.put(`projects/${id}/models/${n}.edgewise`, "12345");
  await rebuildManifest(api.deps, id);
  return { id, dataId, modelId, jobId };
}

async function reportOf(person: Person, projectId: number) {
  const { results } = await readAs(page, await person.call("GET", `/deletion/?project=${projectId}`));
  return results[0];
}

describe("deleting a project", () => {
  it("erases every store, and reports what was there", async () => {
    const api = testApi();
    await join(api);
    const ann = await join(api);
    const { id, dataId, modelId, jobId } = await fullProject(api, ann);
    const response = await ann.call("DELETE", `/project/${id}/`);
    expect(response.status).toBe(204);
    const location = /^<\/api\/v1(.*)>; rel="monitor"$/.exec(response.headers.get("link") ?? "")?.[1] ?? "";
    const running = await readAs(deletionResponse, await ann.call("GET", location));
    expect(running).toMatchObject({ kind: "PROJECT", project: id, status: "RUNNING" });
    expect(running.report).toEqual({
      rows: {
        api_key: 1,
        audit_entry: 5,
        model_configuration: 1,
        project: 1,
        retraining_schedule: 1,
        task_log: 3,
        trained_model: 1,
        training_data: 1,
        tuning_job: 1,
      },
      objects: { count: 2, bytes: 10 },
      serving_records: 1,
      job_objects: 3,
    });
    const forgotten = api.calls.filter(([name]) => name === "forget").map(([, job]) => job);
    expect(forgotten).toEqual([
      { kind: "training", id: modelId },
      { kind: "study", id: jobId },
      { kind: "ingestion", source: "training_data", id: dataId },
    ]);
    expect((await env.STORE.list({ prefix: `projects/${id}/` })).objects).toEqual([]);
    expect(await env.ROUTING.get(`project:${id}`)).toBeNull();
    const later = { ...api.deps, clock: () => api.deps.clock() + 60_000 };
    await driveDeletions(later);
    expect((await reportOf(ann, id))?.status).toBe("COMPLETED");
  });

  it("keeps the record of who did it, and no other entry of the project", async () => {
    const api = testApi();
    await join(api);
    const ann = await join(api);
    const { id } = await fullProject(api, ann);
    await ann.call("DELETE", `/project/${id}/`);
    const entries = await api.deps.db.select().from(auditEntry).where(eq(auditEntry.projectId, id));
    expect(entries.map(({ action, username }) => [action, username])).toEqual([
      ["DELETE /project/:id", ann.username],
    ]);
  });

  it("continues after a kill, from the mark alone", async () => {
    const api = testApi();
    await join(api);
    const ann = await join(api);
    const { id } = await fullProject(api, ann);
    const bound = { list: env.STORE.list.bind(env.STORE), resumeMultipartUpload: () => undefined };
    const store = {
      ...bound,
      delete: async () => {
        throw new Error("killed");
      },
    } as unknown as R2Bucket;
    const killed = testApi({ store });
    const headers = { authorization: `Bearer ${ann.session.access}` };
    expect((await caller(killed, headers)("DELETE", `/project/${id}/`)).status).toBe(500);
    expect((await ann.call("GET", `/project/${id}/`)).status).toBe(404);
    expect((await env.STORE.list({ prefix: `projects/${id}/` })).objects).toHaveLength(2);
    for (const minutes of [2, 4]) {
      await driveDeletions({ ...api.deps, clock: () => api.deps.clock() + minutes * 60_000 });
    }
    expect((await env.STORE.list({ prefix: `projects/${id}/` })).objects).toEqual([]);
    expect(await api.deps.db.select().from(project).where(eq(project.id, id))).toEqual([]);
    const report = await reportOf(ann, id);
    expect(report).toMatchObject({ status: "COMPLETED", report: { objects: { count: 2, bytes: 10 } } });
    expect(report?.report.rows.trained_model).toBe(1);
  });

  it("is not changed by a worker that was given up while it listed objects", async () => {
    const api = testApi();
    await join(api);
    const ann = await join(api);
    const { id } = await fullProject(api, ann);
    await api.deps.db.update(project).set({ deletedAt: 1 }).where(eq(project.id, id));
    const order = { kind: "PROJECT", projectId: id, ownerId: ann.session.user.pk, requestedBy: 1 } as const;
    const dated = { report: EMPTY_REPORT, createdAt: 1, updatedAt: 1 };
    await api.deps.db.insert(deletion).values({ ...order, ...dated });
    const at = (seconds: number) => ({ ...api.deps, clock: () => api.deps.clock() + seconds * 1000 });
    const store = Object.create(env.STORE) as R2Bucket;
    let lists = 0;
    store.list = async (options) => {
      const found = await env.STORE.list(options);
      // While the first worker holds this list, its time runs out and another worker does everything.
      if (lists++ === 0) await driveDeletions(at(61));
      return found;
    };
    store.delete = (keys) => env.STORE.delete(keys);
    await driveDeletions({ ...api.deps, store });
    const rowsOf = () => api.deps.db.select().from(deletion).where(eq(deletion.projectId, id));
    const [row] = await rowsOf();
    expect(row?.report).toMatchObject({
      objects: { count: 2, bytes: 10 },
      rows: { task_log: 3, project: 1 },
    });
    expect(row?.status).toBe("RUNNING");
    await driveDeletions(at(130));
    expect((await rowsOf())[0]).toMatchObject({ status: "COMPLETED", report: row?.report });
  });

  it("erases what a late worker still wrote", async () => {
    const api = testApi();
    await join(api);
    const ann = await join(api);
    const { id } = await fullProject(api, ann);
    await ann.call("DELETE", `/project/${id}/`);
    await env.STORE.put(`projects/${id}/models/9.edgewise`, "late");
    const at = (ms: number) => ({ ...api.deps, clock: () => api.deps.clock() + ms });
    await driveDeletions(at(61_000));
    expect((await env.STORE.list({ prefix: `projects/${id}/` })).objects).toEqual([]);
    expect((await reportOf(ann, id))?.status).toBe("RUNNING");
    await driveDeletions(at(122_000));
    expect(await reportOf(ann, id)).toMatchObject({ status: "COMPLETED", report: { objects: { count: 3 } } });
    // Events and items are refused from the first look on, and the last one leaves no mark.
    for (const name of ["forgetEvents", "forgetItems"]) {
      const forgotten = api.calls.filter(([call]) => call === name).map(([, of, isClosed]) => [of, isClosed]);
      expect([forgotten[0], forgotten.at(-1)]).toEqual([
        [id, true],
        [id, false],
      ]);
    }
  });

  it("erases more rows than one slice takes", async () => {
    const api = testApi();
    await join(api);
    const ann = await join(api);
    const { id, modelId } = await fullProject(api, ann);
    for (let from = 10; from < 2_410; from += 16) {
      const lines = Array.from({ length: 16 }, (_, n) => from + n);
      await api.deps.db
        .insert(taskLog)
        .values(lines.map((n) => ({ projectId: id, modelId, lineNumber: n, contents: "", createdAt: 1 })));
    }
    await ann.call("DELETE", `/project/${id}/`);
    expect((await reportOf(ann, id))?.report.rows.task_log).toBe(2_403);
  });

  it("hides it from everybody at once, staff and keys included, though nothing is erased yet", async () => {
    const api = testApi();
    const staff = await join(api);
    const ann = await join(api);
    const { id, modelId } = await fullProject(api, ann);
    await env.DB.prepare("update project set deleted_at = 1 where id = ?").bind(id).run();
    for (const person of [staff, ann]) {
      expect((await person.call("GET", `/project/${id}/`)).status).toBe(404);
      expect((await person.call("GET", `/trained_model/${modelId}/`)).status).toBe(404);
    }
    await rebuildManifest(api.deps, id);
    expect(await env.ROUTING.get(`project:${id}`)).toBeNull();
    const again = await ann.call("POST", "/project/", { name: "same", user_column: "u", item_column: "i" });
    expect(again.status).toBe(201);
  });

  it("has a report for its owner, and for nobody else", async () => {
    const api = testApi();
    await join(api);
    const [ann, bob] = [await join(api), await join(api)];
    const { id } = await fullProject(api, ann);
    await ann.call("DELETE", `/project/${id}/`);
    const report = await reportOf(ann, id);
    expect((await bob.call("GET", `/deletion/${report?.id}/`)).status).toBe(404);
    expect(await reportOf(bob, id)).toBeUndefined();
  });
});

describe("erasing an account", () => {
  it("takes the password, ends everything at once, and leaves no trace of the account", async () => {
    const api = testApi();
    await join(api);
    const ann = await join(api);
    const { id } = await fullProject(api, ann);
    const refused = await ann.call("POST", "/auth/user/erase/", { password: "wrong" });
    expect(await bodyOf(refused)).toEqual({ password: ["Current password is incorrect."] });
    const { id: deletionId } = await readAs(
      deletionResponse,
      await ann.call("POST", "/auth/user/erase/", { password: ann.password }),
      202,
    );
    expect((await ann.call("GET", "/auth/user/")).status).toBe(401);
    for (const minutes of [0, 1, 2, 3]) {
      await driveDeletions({ ...api.deps, clock: () => api.deps.clock() + minutes * 61_000 });
    }
    const { db } = api.deps;
    const pk = ann.session.user.pk;
    expect(await db.select().from(account).where(eq(account.id, pk))).toEqual([]);
    expect(await db.select().from(project).where(eq(project.ownerId, pk))).toEqual([]);
    expect(await db.select().from(apiKey).where(eq(apiKey.ownerId, pk))).toEqual([]);
    expect(await db.select().from(trainedModel).where(eq(trainedModel.projectId, id))).toEqual([]);
    const entries = await db.select().from(auditEntry).where(eq(auditEntry.accountId, pk));
    expect(entries.every((entry) => entry.username === `deleted/${pk}`)).toBe(true);
    const [row] = await db.select().from(deletion).where(eq(deletion.id, deletionId));
    expect(row).toMatchObject({ status: "COMPLETED", report: { rows: { split_config: 1, user: 1 } } });
    expect(JSON.stringify(await db.select().from(deletion))).not.toContain(ann.username);
  });

  it("is allowed to administrators, but never for the last administrator", async () => {
    const api = testApi();
    const first = await join(api);
    const ann = await join(api);
    await env.DB.prepare("update user set is_staff = 0").run();
    await env.DB.prepare("update user set is_staff = 1 where id = ?").bind(first.session.user.pk).run();
    expect((await ann.call("POST", `/users/${first.session.user.pk}/erase/`)).status).toBe(403);
    expect((await first.call("POST", `/users/${first.session.user.pk}/erase/`)).status).toBe(400);
    const last = await first.call("POST", "/auth/user/erase/", { password: first.password });
    expect(last.status).toBe(409);
    const path = `/users/${ann.session.user.pk}/erase/`;
    expect(await readAs(deletionResponse, await first.call("POST", path), 202)).toMatchObject({
      kind: "ACCOUNT",
      owner: ann.session.user.pk,
    });
  });
});
