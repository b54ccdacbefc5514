import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { EVENT_DATA_COLUMNS } from "#contract/event.ts";
import { DEFAULT_EVENT_WEIGHTS } from "#contract/event-weight.ts";
import { trainingDataResponse } from "#contract/training-data.ts";
import { trainingData } from "#db/schema.ts";
import { ingestionSpecOf } from "#services/files/ingestions.ts";
import { createProject, join, readAs, testApi } from "../../../runtime/api.ts";
import { readyData } from "../../../runtime/study.ts";

async function setUp() {
  const api = testApi();
  const person = await join(api);
  const { id } = await createProject(person);
  const make = (body: object = {}) => person.call("POST", `/project/${id}/event_data/`, body);
  const made = async (body: object = {}) => {
    const row = await readAs(trainingDataResponse, await make(body), 201);
    return { row, spec: await ingestionSpecOf(api.deps, "training_data", row.id) };
  };
  return { api, id, make, made };
}

it("event data are the events so far, after the newest uploaded file", async () => {
  const { api, id, made } = await setUp();
  const baseId = await readyData(id);
  const { row, spec } = await made({ weights: { wishlist: 4, view: 2 } });
  expect(row).toMatchObject({ project: id, status: "PENDING" });
  expect(api.calls).toContainEqual(["flushEvents", id]);
  expect(spec).toMatchObject({
    columns: EVENT_DATA_COLUMNS,
    snapshot: {
      upTo: api.deps.clock(),
      weights: { ...DEFAULT_EVENT_WEIGHTS, wishlist: 4, view: 2 },
      base: { columns: { user: "user", item: "item" } },
    },
  });
  const [base] = await api.deps.db.select().from(trainingData).where(eq(trainingData.id, baseId));
  expect(spec?.snapshot?.base?.fileKey).toBe(base?.fileKey);
});

it("event data are no base of the next: the same events would count twice", async () => {
  const { api, made, make } = await setUp();
  const first = await made();
  expect(first.spec?.snapshot?.base).toBeNull();
  await env.DB.prepare("update training_data set status = 'READY' where id = ?").bind(first.row.id).run();
  expect((await made()).spec?.snapshot?.base).toBeNull();
  expect((await make({ base: first.row.id })).status).toBe(400);
  expect(api.calls.filter(([name]) => name === "flushEvents")).toHaveLength(2);
});

it.each([
  [{ base: 999_999 }],
  [{ weights: { _view: 1 } }],
  [{ weights: { view: "1" } }],
  [{ weights: { view: 1e9 } }],
])("event data are refused for %j", async (body) => {
  const { make } = await setUp();
  expect((await make(body)).status).toBe(400);
});
