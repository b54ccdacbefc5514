import { asc, eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import type { Dialect } from "#api/dialect/dialect.ts";
import { ownDialect } from "#api/dialect/own-dialect.ts";
import { recotemDialect } from "#api/recotem/recotem-dialect.ts";
import { projectResponse } from "#contract/project.ts";
import { deletion, deletionItem } from "#db/deletion-schema.ts";
import { trainingData, upload, userMetaData } from "#db/schema.ts";
import type { ErasureJob } from "#jobs/erasure-job.ts";
import type { IngestionJob } from "#jobs/ingestion-job.ts";
import { erasureSpecOf } from "#services/erasure/erasure-items.ts";
import { settleErasure } from "#services/erasure/erasure-outcome.ts";
import { ingestionSpecOf, settleIngestion } from "#services/files/ingestions.ts";
import { bodyOf, createProject, join, readAs, testApi } from "../../../runtime/api.ts";
import { instantIngestion } from "../../../runtime/ingestion.ts";
import { readyData } from "../../../runtime/study.ts";

async function setUp(dialect: Dialect = ownDialect) {
  const plain = testApi();
  const api: ReturnType<typeof testApi> = testApi({
    dialect,
    jobs: { ...plain.deps.jobs, ingest: instantIngestion(() => api) },
  });
  await join(api);
  return { api, ann: await join(api) };
}

function send(
  { api, ann }: Awaited<ReturnType<typeof setUp>>,
  project: number,
  fields: Record<string, string>,
  kind = "training_data",
) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ project: String(project), ...fields }))
    body.append(name, value);
  body.append("file", new File(["u0;i0\nu1;i1\n"], "log.csv"));
  const headers = { authorization: `Bearer ${ann.session.access}` };
  return api.fetch(`/api/v1/${kind}/`, { method: "POST", headers, body });
}

describe("settings of how files are read", () => {
  it("belong to the project, are detected by default, and change one by one", async () => {
    const { ann } = await setUp();
    const plain = await createProject(ann);
    expect(plain).toMatchObject({ header: "auto", separator: null, missing_words: "reject" });
    const { id } = await createProject(ann, { header: "no", separator: "semicolon" });
    const changed = await ann.call("PATCH", `/project/${id}/`, { missing_words: "keep", separator: null });
    expect(await readAs(projectResponse, changed)).toMatchObject({
      header: "no",
      separator: null,
      missing_words: "keep",
    });
    const renamed = await ann.call("PATCH", `/project/${id}/`, { name: "Other" });
    expect(await readAs(projectResponse, renamed)).toMatchObject({ header: "no", missing_words: "keep" });
  });

  it.each([
    [{ header: "maybe" }, "header"],
    [{ separator: "abc" }, "separator"],
    [{ separator: '"' }, "separator"],
    [{ missing_words: true }, "missing_words"],
  ])("are refused with an invalid value: %o", async (fields, name) => {
    const world = await setUp();
    const body = { name: "P", user_column: "1", item_column: "2", ...fields };
    const answer = await world.ann.call("POST", "/project/", body);
    expect([answer.status, Object.keys((await bodyOf(answer)) as object)]).toEqual([400, [name]]);
    const { id } = await createProject(world.ann);
    const form = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, String(value)]));
    const sent = await send(world, id, form);
    expect([sent.status, Object.keys((await bodyOf(sent)) as object)]).toEqual([400, [name]]);
  });

  it("reach ingestion: of the upload before those of the project; metadata have a separator of their own", async () => {
    const world = await setUp();
    const { api, ann } = world;
    const { id } = await createProject(ann, { header: "no", separator: ";", missing_words: "keep" });
    const read = async (kind: "training_data" | "item_meta_data", fields = {}) => {
      const row = (await bodyOf(await send(world, id, fields, kind))) as { id: number };
      return (await ingestionSpecOf(api.deps, kind, row.id))?.reading;
    };
    expect(await read("training_data")).toEqual({ header: false, separator: ";", keepsMissingWords: true });
    expect(await read("training_data", { header: "yes", separator: "tab", missing_words: "" })).toEqual({
      header: true,
      separator: "\t",
      keepsMissingWords: true,
    });
    expect(await read("item_meta_data")).toEqual({ header: null, separator: null, keepsMissingWords: true });
    expect(await read("item_meta_data", { separator: "|" })).toMatchObject({ separator: "|" });
  });

  it("apply to an upload in parts", async () => {
    const { api, ann } = await setUp();
    const { id: project } = await createProject(ann);
    const body = { project, kind: "training_data", filename: "u.data", size: 10, header: "no" };
    const { id } = (await bodyOf(await ann.call("POST", "/uploads/", body))) as { id: number };
    const [row] = await api.deps.db.select().from(upload).where(eq(upload.id, id));
    expect(row).toMatchObject({ filename: "u.data", reading: { header: "no" } });
  });

  it("are no part of exact answers", async () => {
    const { ann } = await setUp(recotemDialect);
    const answer = await ann.call("POST", "/project/", { name: "P", user_column: "u", item_column: "i" });
    expect(Object.keys((await bodyOf(answer)) as object)).not.toContain("header");
  });

  it("stay with the files that were read by them, as columns do, when a user is erased later", async () => {
    const { api, ann } = await setUp();
    const { db } = api.deps;
    const columns = { user_column: "who", item_column: "what", time_column: "when" };
    const { id: projectId } = await createProject(ann, { ...columns, missing_words: "keep" });
    const dataId = await readyData(projectId, { status: "PENDING", artifactKey: null });
    const values = { projectId, basename: "people.csv", filesize: 1, createdAt: 1, updatedAt: 1 };
    const fileKey = `projects/${projectId}/uploads/people`;
    const [people] = await db
      .insert(userMetaData)
      .values({ ...values, fileKey })
      .returning();
    const peopleId = people?.id ?? 0;
    const format = { name: "csv", gzip: false, delimiter: ",", header: true };
    const reports = {
      training_data: { format, columns: { user: "who", item: "what", time: "when", weight: null } },
      user_meta_data: { format, id_column: "who", columns: [{ name: "age", kind: "number" }] },
    };
    for (const [kind, id] of [
      ["training_data", dataId],
      ["user_meta_data", peopleId],
    ] as const) {
      const spec = await ingestionSpecOf(api.deps, kind, id);
      const result = { report: reports[kind], validColumns: kind === "training_data" ? null : ["age"] };
      await settleIngestion(api.deps, { spec, result, task: { lastError: null } } as unknown as IngestionJob);
    }
    const later = { user_column: "what", item_column: "who", time_column: null, missing_words: "reject" };
    expect((await ann.call("PATCH", `/project/${projectId}/`, later)).status).toBe(200);
    await ann.call("POST", `/project/${projectId}/erase_person/`, { user_id: "NA" });
    const [order] = await db.select().from(deletion).where(eq(deletion.projectId, projectId));
    const items = await db
      .select()
      .from(deletionItem)
      .where(eq(deletionItem.deletionId, order?.id ?? 0));
    const specs = await Promise.all(items.map(({ id }) => erasureSpecOf(api.deps, id)));
    const reading = { header: true, separator: ",", keepsMissingWords: true };
    expect(specs.find((spec) => spec?.source === "training_data")).toMatchObject({
      rowId: dataId,
      columns: { user: "who", item: "what", time: "when" },
      reading,
    });
    expect(specs.find((spec) => spec?.source === "user_meta_data")).toMatchObject({
      rowId: peopleId,
      columns: { user: "who" },
      reading,
    });
  });

  it("stay as they were detected when a user is erased", async () => {
    const { api, ann } = await setUp();
    const { id: projectId } = await createProject(ann);
    const dataId = await readyData(projectId);
    const { db } = api.deps;
    const format = { name: "csv", gzip: false, delimiter: ";", header: false };
    await db.update(trainingData).set({ report: { format } }).where(eq(trainingData.id, dataId));
    await ann.call("POST", `/project/${projectId}/erase_person/`, { user_id: "u1" });
    const [order] = await db.select().from(deletion).where(eq(deletion.projectId, projectId));
    const [item] = await db
      .select()
      .from(deletionItem)
      .where(eq(deletionItem.deletionId, order?.id ?? 0))
      .orderBy(asc(deletionItem.id));
    const spec = await erasureSpecOf(api.deps, item?.id ?? 0);
    expect(spec?.reading).toEqual({ header: false, separator: ";", keepsMissingWords: false });
    const result = {
      ...{ removed: 1, isEmpty: false, isLost: false },
      file: { key: `projects/${projectId}/uploads/new`, name: "log.csv", bytes: 7 },
      artifact: { key: `projects/${projectId}/new`, bytes: 1 },
      report: { format },
    };
    await settleErasure(api.deps, { spec, result, task: { lastError: null } } as unknown as ErasureJob);
    expect((await ingestionSpecOf(api.deps, "training_data", dataId))?.reading).toEqual({
      header: false,
      separator: ";",
      keepsMissingWords: false,
    });
  });
});
