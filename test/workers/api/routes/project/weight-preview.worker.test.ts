import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { projectResponse } from "#contract/project.ts";
import { weightReport } from "#contract/weight-report.ts";
import { lineOf, type StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { keyOfSegment, putSegment } from "#storage/event-segments.ts";
import { bodyOf, createProject, join, readAs, testApi } from "../../../runtime/api.ts";
import { readyData } from "../../../runtime/study.ts";

const RATINGS = "user,item,grade\nann,a,5\nann,b,4\nann,c,1\nbob,a,4\nbob,c,3\ncat,b,7\n";

async function setUp() {
  const api = testApi();
  await join(api);
  const ann = await join(api);
  const { id } = await createProject(ann);
  const preview = (body: object = {}) =>
    ann.call("POST", `/project/${id}/interaction_weights/preview/`, body);
  const upload = async (text: string, more: Parameters<typeof readyData>[1] = {}) => {
    const fileKey = `projects/${id}/uploads/${crypto.randomUUID()}`;
    await env.STORE.put(fileKey, text);
    return readyData(id, { fileKey, ...more });
  };
  return { api, ann, id, preview, upload };
}

it("a report shows what a choice does to a file, and stores nothing", async () => {
  const { ann, id, preview, upload } = await setUp();
  const data = await upload(RATINGS);
  const before = await readAs(projectResponse, await ann.call("GET", `/project/${id}/`));
  const plain = await readAs(weightReport, await preview());
  expect(plain).toMatchObject({ data, rule: null, rows: 6, kept_rows: 6, pairs: 6, before: null });
  const choice = { weight_column: "grade", weight_kind: "likes", below_likes: "seen" };
  const report = await readAs(weightReport, await preview({ ...choice, data }));
  expect(report).toMatchObject({
    ...{ data, rows: 6, kept_rows: 5, rejected_rows: 1, users: 2, items: 3, pairs: 3, dislikes: 2 },
    ...{ density: 0.5, users_below_2_items: 0.5, before: { count: 6, max: 7 }, after: { max: 1 } },
  });
  expect(report.rule).toMatchObject({ weight_kind: "likes", likes_from: 4 });
  expect(await readAs(projectResponse, await ann.call("GET", `/project/${id}/`))).toEqual(before);
});

it("a report uses the project's settings, also for a file that was read by others", async () => {
  const { ann, id, preview, upload } = await setUp();
  const counting = { weights: {}, cap: 1, half_life_days: null };
  await upload(RATINGS, { reading: { counting } });
  await ann.call("PATCH", `/project/${id}/`, { weight_column: "grade", event_cap: 4.5 });
  const { after } = await readAs(weightReport, await preview());
  expect(after?.histogram.map(({ from, count }) => [from, count])).toEqual([
    [1, 1],
    [3, 1],
    [4, 2],
    [4.5, 2],
  ]);
  const capped = await readAs(weightReport, await preview({ event_cap: null, event_cap_quantile: 0.5 }));
  expect(capped.after?.max).toBe(4);
});

it("a report names the files that were read by another choice", async () => {
  const { ann, id, preview, upload } = await setUp();
  const columns = { user: "user", item: "item", time: null, weight: null };
  const counting = (more: object) => ({
    counting: { weights: {}, cap: null, half_life_days: null, ...more },
  });
  const plain = await upload(RATINGS, { basename: "plain.csv", report: { columns } });
  const graded = await upload(RATINGS, {
    basename: "graded.csv",
    report: { columns: { ...columns, weight: "grade" } },
  });
  const capped = await upload(RATINGS, { report: { columns }, reading: counting({ cap: 2 }) });
  await upload(RATINGS, { basename: "of an earlier release" });
  await upload(RATINGS, { report: { columns }, reading: { events: { up_to: 1, base: null, weights: {} } } });
  const named = async (body: object) =>
    (await readAs(weightReport, await preview({ data: plain, ...body }))).otherwise_weighed;
  const ids = async (body: object) => (await named(body)).map((file) => file.id);
  expect(await ids({})).toEqual([capped, graded]);
  expect(await ids({ weight_column: "grade" })).toEqual([capped, plain]);
  expect(await ids({ weight_column: "grade", weight_kind: "likes" })).toEqual([capped, graded, plain]);
  expect(await named({ event_cap: 2 })).toEqual([
    { id: graded, basename: "graded.csv" },
    { id: plain, basename: "plain.csv" },
  ]);
  // Files have neither times nor types of events, and no numbers.
  expect(await ids({ event_half_life_days: 3, event_weights: { view: 4 }, weight_kind: "likes" })).toEqual([
    capped,
    graded,
  ]);
  await ann.call("PATCH", `/project/${id}/`, { weight_column: "grade" });
  expect(await ids({ source: "events", data: null })).toEqual([capped, plain]);
});

it("a report names a file and its copies once, and none if a copy has these weights", async () => {
  const { preview, upload } = await setUp();
  const columns = { user: "user", item: "item", time: null, weight: null };
  const capped = (cap: number) => ({
    report: { columns },
    reading: { counting: { weights: {}, cap, half_life_days: null } },
  });
  await upload(RATINGS, capped(2));
  const newer = await upload(RATINGS, capped(3));
  const named = async (cap: number) =>
    (await readAs(weightReport, await preview({ event_cap: cap }))).otherwise_weighed.map(({ id }) => id);
  expect([await named(2), await named(3), await named(4)]).toEqual([[], [], [newer]]);
});

it("a report shows what a choice does to events", async () => {
  const { api, id, preview } = await setUp();
  const at = (n: number, more: Partial<StoredEvent>): StoredEvent => ({
    ...{ type: "view", user_id: "ann", item_id: `i${n}`, time: 1000 * n, received: 1000 * n },
    ...more,
  });
  const events = [
    at(1, {}),
    at(2, { type: "purchase", value: 9 }),
    at(3, { type: "purchase", value: -9, user_id: "bob" }),
    at(4, { type: "wish" }),
    at(5, { type: "impression" }),
  ];
  const key = keyOfSegment({ projectId: id, shard: 0 }, { first: 1, last: 5 });
  await putSegment(env.STORE, key, { lines: events.map(lineOf).join(""), sealedAt: 1 });
  const body = { source: "events", weight_kind: "revenue", weight_scale: "log" };
  const report = await readAs(weightReport, await preview(body));
  expect(api.calls).toContainEqual(["flushEvents", id]);
  expect(report).toMatchObject({
    data: null,
    rows: 4,
    kept_rows: 2,
    rejected_rows: 2,
    users: 1,
    users_before: 2,
  });
  expect(report.by_type).toEqual([
    { type: "purchase", rows: 1, weight: 8 * Math.log(10) },
    { type: "view", rows: 1, weight: 1 },
  ]);
  expect(report.reasons.map(({ reason }) => reason).sort()).toEqual([
    "has an amount of 0 or below",
    "has an event without a weight",
  ]);
});

it.each<[object, string]>([
  [{ weight_kind: "stars" }, "weight_kind"],
  [{ weight_kind: "likes", likes_from: 8 }, "likes_from"],
  [{ weight_column: "item" }, "weight_column"],
  [{ data: 999_999 }, "data"],
  [{ source: "events", data: 1 }, "data"],
  [{ source: "rows" }, "source"],
  [{ likes: 4 }, "likes"],
])("a report is refused for %j by the field", async (body, field) => {
  const { preview, upload } = await setUp();
  await upload(RATINGS);
  const refused = await preview(body);
  expect([refused.status, Object.keys((await bodyOf(refused)) as object)]).toEqual([400, [field]]);
});

it("a report is refused with the reason where the file has no such column, and there is no file", async () => {
  const { preview, upload } = await setUp();
  expect(await bodyOf(await preview())).toHaveProperty("data");
  await upload(RATINGS);
  const refused = await preview({ weight_column: "price" });
  expect([refused.status, JSON.stringify(await bodyOf(refused))]).toEqual([
    400,
    expect.stringContaining("price"),
  ]);
});

it("others' projects have no report", async () => {
  const { api, id, upload } = await setUp();
  await upload(RATINGS);
  const bob = await join(api);
  expect((await bob.call("POST", `/project/${id}/interaction_weights/preview/`, {})).status).toBe(404);
});
