import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { trainingWeights } from "#contract/event-weight.ts";
import { projectResponse } from "#contract/project.ts";
import { trainingDataResponse } from "#contract/training-data.ts";
import { DEFAULT_WEIGHT_RULE } from "#contract/weight-rule.ts";
import { trainingData } from "#db/schema.ts";
import { ingestionSpecOf, settleIngestion } from "#services/files/ingestions.ts";
import { findManifest } from "#storage/routing-store.ts";
import { createProject, join, readAs, testApi } from "../../../runtime/api.ts";
import { readyData } from "../../../runtime/study.ts";

async function setUp() {
  const api = testApi();
  await join(api);
  const ann = await join(api);
  const change = (id: number, body: object) => ann.call("PATCH", `/project/${id}/`, body);
  const eventsOf = async (id: number) => (await findManifest(env.ROUTING, id))?.events;
  return { api, ann, change, eventsOf };
}

describe("settings of events", () => {
  it("have defaults, and reach serving as they are set and changed", async () => {
    const { ann, change, eventsOf } = await setUp();
    const { id, ...plain } = await createProject(ann);
    expect(plain).toMatchObject({ seen_rule: "never", seen_types: null, event_weights: {}, event_cap: null });
    expect(await eventsOf(id)).toBeUndefined();
    const body = { seen_rule: "after_days", seen_days: 30, event_weights: { wishlist: 4 }, event_cap: "12" };
    const changed = await readAs(projectResponse, await change(id, body));
    expect(changed).toMatchObject({ ...body, event_cap: 12 });
    const served = { seen_rule: "after_days", seen_days: 30, seen_types: null, weights: { wishlist: 4 } };
    expect(await eventsOf(id)).toEqual(served);
    await change(id, { name: "another" });
    expect(await eventsOf(id)).toEqual(served);
    await change(id, { seen_rule: null, seen_types: ["purchase"] });
    expect(await eventsOf(id)).toEqual({ ...served, seen_rule: "never", seen_types: ["purchase"] });
  });

  it("all take effect when several calls change them at the same time", async () => {
    const { ann, change, eventsOf } = await setUp();
    const { id } = await createProject(ann);
    const changes = [
      { event_cap: 5 },
      { event_half_life_days: 7 },
      { event_retention_days: 30 },
      { seen_types: ["purchase"] },
      { slot_salt: "spring" },
      { impressions: "automatic" },
      { name: "renamed" },
    ];
    const answers = await Promise.all(changes.map((body) => change(id, body)));
    expect(answers.map(({ status }) => status)).toEqual(changes.map(() => 200));
    const after = await readAs(projectResponse, await ann.call("GET", `/project/${id}/`));
    expect(after).toMatchObject(Object.assign({}, ...changes));
    expect((await eventsOf(id))?.seen_types).toEqual(["purchase"]);
  });

  it("leave a mark of their own, so that a killed change reaches serving, too", async () => {
    const { ann } = await setUp();
    const { id } = await createProject(ann);
    await env.DB.prepare("delete from routing_mark").run();
    await env.DB.prepare("update project set event_settings = '{}' where id = ?").bind(id).run();
    const marks = await env.DB.prepare("select name from routing_mark").all();
    expect(marks.results).toEqual([{ name: `project:${id}` }]);
  });

  it.each([
    [{ seen_rule: "after_days" }, "seen_days"],
    [{ event_weights: { dislike: 5 } }, "event_weights"],
    [{ weight_column: "item" }, "weight_column"],
    [{ weight_kind: "likes", likes_from: 6 }, "likes_from"],
    [{ rating_min: 10 }, "rating_max"],
    [{ weight_column: "w", event_type_column: "w" }, "event_type_column"],
  ])("refuse %j by the field, and nothing changes", async (body, field) => {
    const { ann, change } = await setUp();
    const before = await createProject(ann);
    const refused = await change(before.id, { ...body, name: "changed" });
    expect([refused.status, Object.keys((await refused.json()) as object)]).toEqual([400, [field]]);
    const after = await readAs(projectResponse, await ann.call("GET", `/project/${before.id}/`));
    expect(after).toEqual(before);
  });
});

describe("what numbers are in a project", () => {
  const likes = { weight_kind: "likes", likes_from: 3.5, rating_min: 0.5, event_cap_quantile: 0.9 };
  const rule = {
    ...DEFAULT_WEIGHT_RULE,
    ...{ weight_kind: "likes", likes_from: 3.5, rating_min: 0.5 },
  };

  it("reaches serving, files and events, and stays with a file that was read", async () => {
    const { api, ann, change, eventsOf } = await setUp();
    const { id } = await createProject(ann);
    await readAs(projectResponse, await change(id, { ...likes, weight_column: "grade" }));
    expect((await eventsOf(id))?.rule).toEqual(rule);
    const dataId = await readyData(id);
    const spec = await ingestionSpecOf(api.deps, "training_data", dataId);
    expect(spec?.reading?.counting).toMatchObject({ rule, capQuantile: 0.9 });
    if (!spec) throw new Error("no spec");
    const job = { spec, result: { report: null, validColumns: null }, task: {} };
    await settleIngestion(api.deps, job as unknown as Parameters<typeof settleIngestion>[1]);
    const made = await ann.call("POST", `/project/${id}/event_data/`, {});
    const events = await readAs(trainingDataResponse, made, 201);
    await change(id, { weight_kind: null, event_cap_quantile: null });
    expect((await eventsOf(id))?.rule).toBeUndefined();
    const again = await ingestionSpecOf(api.deps, "training_data", dataId);
    expect(again?.reading).toEqual(spec.reading);
    const ofEvents = await ingestionSpecOf(api.deps, "training_data", events.id);
    expect(ofEvents?.snapshot).toMatchObject({ rule, base: { reading: { counting: { rule } } } });
    // What the values are is in the weights already; the cap is not.
    expect(ofEvents?.reading?.counting).toEqual({
      ...{ weights: {}, cap: null, halfLifeDays: null },
      capQuantile: 0.9,
    });
  });
});

describe("training data of a project with settings of events", () => {
  const SETTINGS = { event_weights: { view: 2 }, event_cap: 20, event_half_life_days: 14 };

  it("are made of events by them", async () => {
    const { api, ann, change } = await setUp();
    const { id } = await createProject(ann);
    await change(id, SETTINGS);
    const made = await ann.call("POST", `/project/${id}/event_data/`, { weights: { wishlist: 4 } });
    const row = await readAs(trainingDataResponse, made, 201);
    const spec = await ingestionSpecOf(api.deps, "training_data", row.id);
    expect(spec?.snapshot).toMatchObject({
      weights: trainingWeights({ view: 2, wishlist: 4 }),
      halfLifeDays: 14,
    });
    // The half-life is in the weights already.
    expect(spec?.reading?.counting).toEqual({ weights: {}, cap: 20, halfLifeDays: null });
  });

  it("are read from files by them, and again in the same way when they have changed", async () => {
    const { api, ann, change } = await setUp();
    const { id } = await createProject(ann, { time_column: "at" });
    await change(id, { ...SETTINGS, weight_column: "grade", event_type_column: "kind" });
    const dataId = await readyData(id);
    const weights = trainingWeights({ view: 2 });
    const spec = await ingestionSpecOf(api.deps, "training_data", dataId);
    const columns = { user: "user", item: "item", time: "at", weight: "grade" };
    expect(spec?.columns).toEqual({ ...columns, event: { column: "kind", weights } });
    expect(spec?.reading?.counting).toEqual({ weights, cap: 20, halfLifeDays: 14 });
    if (!spec) throw new Error("no spec");
    const result = { report: null, validColumns: null };
    await settleIngestion(api.deps, { spec, result, task: {} } as unknown as Parameters<
      typeof settleIngestion
    >[1]);
    await change(id, { event_weights: null, event_cap: null, event_half_life_days: null });
    const [row] = await api.deps.db.select().from(trainingData).where(eq(trainingData.id, dataId));
    expect(row?.reading?.counting).toEqual({ weights, cap: 20, half_life_days: 14 });
    const again = await ingestionSpecOf(api.deps, "training_data", dataId);
    expect([again?.reading, again?.columns]).toEqual([spec.reading, spec.columns]);
  });
});
