/** A job copies what applications wrote of items and users when it begins, once, and the copy goes with the job or an erased user. */
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { deletionResponse } from "#contract/deletion.ts";
import { jobEstimate } from "#contract/tuning-job.ts";
import { deletionItem } from "#db/deletion-schema.ts";
import { tuningJob } from "#db/schema.ts";
import { CHECKPOINT_KIND } from "#engine/artifact/kinds.ts";
import { createProjectEvents } from "#jobs/event-shard/project-events.ts";
import { shelfOfSections } from "#jobs/item-shelf/packed-shelf.ts";
import { createProjectItems } from "#jobs/item-shelf/project-items.ts";
import { shelfOf } from "#jobs/item-shelf/shelf-object.ts";
import type { ItemWrite } from "#jobs/item-shelf/shelf-row.ts";
import { createEventShards } from "#recommend/events/event-shards.ts";
import { driveDeletions } from "#services/erasure/deletions.ts";
import { jobFeatures } from "#services/files/feature-sources.ts";
import { sweepProject } from "#services/files/orphans.ts";
import { copyWritten, MAX_COPIED_USER_BYTES } from "#services/files/written-copies.ts";
import { trainingSpecOf } from "#services/models/trainings.ts";
import { studySpecOf } from "#services/tuning/studies.ts";
import { createArtifactKeyRing } from "#storage/artifact-signing.ts";
import { createArtifactStore } from "#storage/artifact-store.ts";
import { projectPrefix, studyWrittenKey } from "#storage/keys.ts";
import { bodyOf, readAs, SECRET, testApi } from "../../../runtime/api.ts";
import { SHELF_SECRET } from "../../../runtime/item-shelf.ts";
import { post, studyParts } from "../../../runtime/study.ts";

const events = createProjectEvents(env.EVENTS);
const items = createProjectItems(env.ITEMS as never);

async function world() {
  const parts = await studyParts(testApi({ events, items }));
  const project = parts.project.id;
  // Another test file may have had a project of this number.
  await Promise.all([items.forget(project, false), events.forget(project, false)]);
  const item = (itemId: string, properties: Record<string, unknown>): ItemWrite => ({
    ...{ kind: "replace", itemId, properties, isHidden: null, createdAt: null, isKnown: false },
  });
  const write = (...writes: ItemWrite[]) =>
    shelfOf(env.ITEMS as never, project).write(project, { writes, isAtomic: false, schema: [] });
  const shards = createEventShards({ namespace: env.EVENTS, now: () => Date.now() });
  const writeUser = (userId: string, properties: Record<string, unknown>) =>
    shards.writeUser(project, { kind: "merge", userId, properties });
  /** What a copy has, by id. */
  const copied = async (key: string) => {
    const store = createArtifactStore(env.STORE, () => createArtifactKeyRing([SHELF_SECRET, SECRET]));
    const { shelf } = shelfOfSections((await store.get(key, CHECKPOINT_KIND)).sections);
    return Object.fromEntries(
      Array.from({ length: shelf.size }, (_, at) => [shelf.ids.idAt(at), shelf.at(at).properties]),
    );
  };
  return { ...parts, project, item, write, writeUser, copied };
}

const key = (project: number, side: "item" | "user", job = 7) => studyWrittenKey(project, job, side);

describe("a copy of written items", () => {
  it("is of the moment when the job began, however often it is begun", async () => {
    const { api, project, item, write, copied } = await world();
    const copy = () => copyWritten(api.deps, project, "item", key(project, "item"));
    expect(await copy()).toBe("none");
    await write(item("a", { price: 1 }), item("b", { price: 2 }));
    expect(await copy()).toBe("stored");
    await write(item("a", { price: 9 }), { kind: "delete", itemId: "b", isKnown: false });
    expect(await copy()).toBe("stored");
    expect(await copied(key(project, "item"))).toEqual({ a: '{"price":1}', b: '{"price":2}' });
    // Two calls at the same time: one copy, whole.
    await Promise.all([8, 8].map((job) => copyWritten(api.deps, project, "item", key(project, "item", job))));
    expect(await copied(key(project, "item", 8))).toEqual({ a: '{"price":9}', b: "{}" });
  });

  it("stays if another one comes between the look and the writing", async () => {
    const { project, item, write, copied } = await world();
    await write(item("a", { price: 1 }));
    await items.copyTo(project, key(project, "item"));
    await write(item("a", { price: 2 }));
    await items.copyTo(project, key(project, "item"));
    expect(await copied(key(project, "item"))).toEqual({ a: '{"price":1}' });
  });

  it("never lies among the objects of another project", async () => {
    const { project, item, write } = await world();
    await write(item("a", { price: 1 }));
    const foreign = key(project + 1, "item");
    expect(await items.copyTo(project, foreign)).toBe(false);
    expect(await env.STORE.head(foreign)).toBeNull();
  });
});

describe("a copy of written users", () => {
  it("has what each user has in the end, also of others who are the same", async () => {
    const { api, project, writeUser, copied } = await world();
    expect(await copyWritten(api.deps, project, "user", key(project, "user"))).toBe("none");
    await writeUser("visitor", { taste: "jazz", age: 20 });
    await writeUser("ann", { age: 30 });
    await events.copyRecent(project, "visitor", "ann");
    expect(await copyWritten(api.deps, project, "user", key(project, "user"))).toBe("stored");
    const { ann, visitor } = await copied(key(project, "user"));
    expect([JSON.parse(ann ?? ""), JSON.parse(visitor ?? "")]).toEqual([
      { taste: "jazz", age: 30 },
      { taste: "jazz", age: 20 },
    ]);
  });

  it("is left out where there is more than a job reads, and the job says so", async () => {
    const { api, project } = await world();
    const properties = JSON.stringify({ text: "x".repeat(8_000) });
    const count = Math.ceil(MAX_COPIED_USER_BYTES / properties.length) + 1;
    const many = {
      ...events,
      hasUsers: async () => true,
      mergedUsers: async function* () {
        for (let at = 0; at < count; at++)
          yield [{ userId: `u${at}`, properties, isPartial: false, updatedAt: 1 }];
      },
    };
    const keys = { features: "f", written: (side: "item" | "user") => key(project, side) };
    const { features } = await jobFeatures({ ...api.deps, events: many }, project, keys);
    expect(features).toMatchObject({
      items: null,
      users: null,
      notes: [expect.stringContaining("more than 24 MiB")],
    });
    expect(await env.STORE.head(key(project, "user"))).toBeNull();
  });
});

describe("a project where everything was written over the API", () => {
  it("has tables for its studies and trainings, and keeps their copies while they run", async () => {
    const { api, ann, project, data, evaluation, item, write, writeUser } = await world();
    const split = await post(ann, "/split_config/", { scheme: "cold_items" });
    const tune = () => ann.call("POST", "/parameter_tuning_job/", { data, evaluation, split });
    const estimate = async () =>
      readAs(jobEstimate, await ann.call("POST", "/parameter_tuning_job/estimate/", { data }), 200);
    // Items that are only hidden, and users without properties, are no table.
    await write({ ...item("a", {}), kind: "merge", isHidden: true, isKnown: true } as ItemWrite);
    await writeUser("u1", {});
    expect((await tune()).status).toBe(400);
    expect((await estimate()).algorithms).not.toContain("FeatureIALS");
    await write(item("a", { genre: "war" }));
    await writeUser("u1", { age: 3 });
    expect((await estimate()).algorithms).toContain("FeatureIALS");
    const { id } = (await bodyOf(await tune())) as { id: number };
    const spec = await studySpecOf(api.deps, id);
    const written = (side: "item" | "user") => ({
      ...{ metadataKey: null, columns: null },
      written: { key: key(project, side, id), schema: { columns: [], otherColumns: "guessed" } },
    });
    expect(spec?.features).toMatchObject({ items: written("item"), users: written("user") });
    const body = { project, name: "f", recommender_class_name: "FeatureIALS", parameters_json: {} };
    const configuration = await post(ann, "/model_configuration/", body);
    const model = await post(ann, "/trained_model/", { configuration, data_loc: data });
    const trained = (await trainingSpecOf(api.deps, model))?.features?.items?.written?.key ?? "";
    const later = { ...api.deps, clock: () => api.deps.clock() + 3_600_000 };
    expect((await sweepProject(later, projectPrefix(project))).keys).not.toContain(trained);
    expect(await env.STORE.head(trained)).not.toBeNull();
  });
});

describe("erasing a user", () => {
  it("ends the study that reads a copy with the user, counts it, and deletes the copy", async () => {
    const { api, ann, project, data, split, evaluation, writeUser } = await world();
    await writeUser("only-written", { age: 3 });
    const start = async () => {
      const job = await post(ann, "/parameter_tuning_job/", { data, evaluation, split });
      await copyWritten(api.deps, project, "user", key(project, "user", job));
      return job;
    };
    const reads = await start();
    await events.eraseUser(project, "only-written");
    await writeUser("other", { age: 4 });
    const other = await start();
    await writeUser("only-written", { age: 3 });
    const asked = await ann.call("POST", `/project/${project}/erase_person/`, { user_id: "only-written" });
    const { id } = await readAs(deletionResponse, asked, 202);
    const status = async (job: number) =>
      (await api.deps.db.select().from(tuningJob).where(eq(tuningJob.id, job)))[0]?.status;
    const drive = (ms: number) => driveDeletions({ ...api.deps, clock: () => api.deps.clock() + ms });
    await api.deps.db.update(deletionItem).set({ state: "DONE" }).where(eq(deletionItem.deletionId, id));
    for (let minute = 1; minute < 12; minute++) await drive(minute * 120_000);
    expect([await status(reads), await status(other)]).toEqual(["CANCELLED", "PENDING"]);
    const report = await readAs(deletionResponse, await ann.call("GET", `/deletion/${id}/`));
    expect(report.report.rows).toMatchObject({ user_properties: 1, user_copy: 1 });
    expect(await env.STORE.head(key(project, "user", reads))).toBeNull();
    expect(await env.STORE.head(key(project, "user", other))).not.toBeNull();
  });
});
