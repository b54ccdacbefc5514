import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { pageOf } from "#contract/primitives.ts";
import { projectResponse } from "#contract/project.ts";
import { trainingDataResponse } from "#contract/training-data.ts";
import { createProjectEvents } from "#jobs/event-shard/project-events.ts";
import { EVENT_SHARDS } from "#jobs/event-shard/shard-address.ts";
import { createEventShards } from "#recommend/events/event-shards.ts";
import { driveDeletions } from "#services/erasure/deletions.ts";
import { eventsPrefix } from "#storage/keys.ts";
import { createProject, join, readAs, testApi } from "../../../runtime/api.ts";
import { exported, importing, withEvents } from "../../../runtime/archive.ts";

const events = createProjectEvents(env.EVENTS);
const USERS = Array.from({ length: 30 }, (_, n) => `user ${n}`);

async function setUp() {
  const api = testApi({ events });
  await join(api);
  const [ann, bob] = [await join(api), await join(api)];
  const { id } = await createProject(ann);
  const shards = () => createEventShards({ namespace: env.EVENTS, now: () => Date.now() });
  const send = async (projectId: number, user_id: string, item_id: string) => {
    const event = {
      ...{ type: "view", user_id, item_id, time: 5, received: Date.now(), metadata: { a: "é\n" } },
      feedback: { at: 5, updated: 6, comment: "c" },
    };
    await shards().append(projectId, [event]);
  };
  const segments = async (projectId: number) => {
    const prefix = eventsPrefix(projectId);
    const { objects } = await env.STORE.list({ prefix, include: ["customMetadata"] });
    const texts = await Promise.all(objects.map(async ({ key }) => (await env.STORE.get(key))?.text()));
    return objects.map(({ key, customMetadata }, at) => [
      key.slice(prefix.length),
      customMetadata,
      texts[at],
    ]);
  };
  const recent = async (projectId: number, user: string) =>
    (await shards().recentOf(projectId, user)).items.map(({ itemId }) => itemId);
  return { api, ann, bob, id, send, segments, recent };
}

/** Of a project with events of three users; each case changes a copy. */
const archiveOfThree = once(async () => {
  const { ann, id, send } = await setUp();
  for (const user of USERS.slice(0, 3)) await send(id, user, "first");
  return exported(ann, id);
});

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

it("has all events that have arrived, and a copy goes on after them", async () => {
  const { api, ann, bob, id, send, segments, recent } = await setUp();
  for (const user of USERS) await send(id, user, "first");
  await events.flush(id);
  for (const user of USERS) await send(id, user, "second");
  const archive = await exported(ann, id);
  const copy = await readAs(projectResponse, await importing(api, bob, archive, "copy"), 201);
  const before = await segments(id);
  expect(before.length).toBeGreaterThan(EVENT_SHARDS);
  expect(await segments(copy.id)).toEqual(before);
  expect(await recent(copy.id, "user 3")).toEqual(["second", "first"]);
  expect(await events.countLearnable(copy.id)).toBe(2 * USERS.length);
  for (const user of USERS) await send(copy.id, user, "third");
  await events.flush(copy.id);
  const after = await segments(copy.id);
  expect(after.filter(([name]) => before.some(([old]) => old === name))).toEqual(before);
  expect(
    after.map(([, , text]) => String(text).split("\n").filter(Boolean).length).reduce((a, b) => a + b),
  ).toBe(90);
  expect(await recent(copy.id, "user 3")).toEqual(["third", "second", "first"]);
});

it.each<[string, (name: string, text: string) => [string, string]]>([
  ["a line that is no event", (name, text) => [name, text.replace('"type"', '"kind"')]],
  ["a line that is no JSON", (name, text) => [name, `${text}{`]],
  ["an item without a name", (name, text) => [name, text.replace('"item_id":"first"', '"item_id":" "')]],
  ["a value beyond all bounds", (name, text) => [name, text.replace('"item_id"', '"value":1e300,"item_id"')]],
  ["no event at all", (name) => [name, ""]],
  ["a user of another shard", (name, text) => [name, text.replaceAll("user ", "person ")]],
  ["more events than numbers", (name, text) => [name, `${text}${text.split("\n")[0]}\n`.repeat(40)]],
  ["numbers that go back", (name, text) => [name.replace(/(\d{13})-(\d{13})/, "$2-0000000000000"), text]],
  ["an event that will happen", (name, text) => [name, text.replace('"time":5', '"time":4102444800000')]],
  [
    "an event that will arrive",
    (name, text) => [name, text.replace(/"received":\d+/, '"received":4102444800000')],
  ],
  ["a segment of the future", (name, text) => [name.replace(/\d+\.ndjson/, "4102444800000.ndjson"), text]],
  ["a shard that there is not", (name, text) => [name.replace(/\/\d\d\//, "/77/"), text]],
])("is refused for %s, and nothing stays", async (_, change) => {
  const archive = await withEvents(await archiveOfThree(), change);
  const api = testApi({ events });
  const bob = await join(api);
  const keys = async () => (await env.STORE.list()).objects.map(({ key }) => key);
  const before = await keys();
  const refused = await importing(api, bob, archive, "copy");
  expect([refused.status, Object.keys((await refused.json()) as object)]).toEqual([400, ["file"]]);
  for (let minute = 0; minute < 3; minute++) {
    api.advance(60_000);
    await driveDeletions(api.deps);
  }
  expect(await keys()).toEqual(before);
});

it("has training data whose file is not made yet as a row without a file", async () => {
  const { api, ann, bob, id, send } = await setUp();
  await send(id, "ann", "first");
  // The trainer has not read it yet.
  const made = await readAs(
    trainingDataResponse,
    await ann.call("POST", `/project/${id}/event_data/`, {}),
    201,
  );
  expect(made.status).toBe("PENDING");
  const copy = await readAs(projectResponse, await importing(api, bob, await exported(ann, id), "copy"), 201);
  const list = await bob.call("GET", `/training_data/?project=${copy.id}`);
  const { results } = await readAs(pageOf(trainingDataResponse), list);
  expect(results.map(({ status, error }) => [status, error])).toEqual([
    ["FAILED", "The file had not been made of events when the project was exported."],
  ]);
});
