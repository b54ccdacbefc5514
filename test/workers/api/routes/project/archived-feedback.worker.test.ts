import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { projectResponse } from "#contract/project.ts";
import type { FeedbackRow } from "#jobs/event-shard/feedback.ts";
import { createProjectEvents } from "#jobs/event-shard/project-events.ts";
import { createEventShards } from "#recommend/events/event-shards.ts";
import { createFeedback } from "#recommend/events/feedback.ts";
import { listSegments } from "#storage/event-segments.ts";
import { eventsPrefix } from "#storage/keys.ts";
import { withFiles } from "../../../../setup/changed-archive.ts";
import { createProject, join, readAs, testApi } from "../../../runtime/api.ts";
import { exported, importing } from "../../../runtime/archive.ts";
import { event } from "../../../runtime/event-project.ts";

const events = createProjectEvents(env.EVENTS);
const shards = createEventShards({ namespace: env.EVENTS, now: () => Date.now() });
const feedback = createFeedback({ namespace: env.EVENTS, shards, now: () => Date.now() });
const FUTURE = Date.UTC(2100, 0, 1);

async function makeWorld() {
  const api = testApi({ events });
  await join(api);
  const [ann, bob] = [await join(api), await join(api)];
  const { id } = await createProject(ann);
  const said = Array.from({ length: 24 }, (_, n) => {
    const at = Date.now() - n * 1000;
    const mark = { at, updated: at, ...(n % 3 === 0 && { comment: `é ${n}` }) };
    return event(`user ${n % 8}`, `item ${n}`, { type: n % 2 ? "star" : "like", value: n, feedback: mark });
  });
  // The first one adds up with itself; the last event is none of feedback.
  await shards.append(id, [...said, said[0] ?? event("a", "b"), event("user 1", "seen")]);
  const noted: FeedbackRow = {
    ...{ type: "read", userId: "user 3", itemId: "later", value: 0, time: FUTURE, updated: FUTURE },
    ...{ comment: "", received: null },
  };
  await feedback.note(id, [noted]);
  const rows = async (projectId: number) =>
    (await feedback.page(projectId, {}, { after: null, limit: 100 })).rows;
  return { api, bob, id, rows, archive: await exported(ann, id) };
}

let world: Awaited<ReturnType<typeof makeWorld>>;
beforeAll(async () => {
  world = await makeWorld();
});

it("has all feedback, and a copy has the same", async () => {
  const { api, bob, id, rows, archive } = world;
  const copy = await readAs(projectResponse, await importing(api, bob, archive, "copy"), 201);
  const before = await rows(id);
  expect(before).toHaveLength(25);
  expect(await rows(copy.id)).toEqual(before);
});

it("is removed from a copy together with its events", async () => {
  const { api, bob, archive } = world;
  const { id } = await readAs(projectResponse, await importing(api, bob, archive, "emptied"), 201);
  await feedback.remove(id, { userId: "user 1" });
  await feedback.remove(id, { itemId: "item 2" });
  const { segments } = await listSegments(env.STORE, eventsPrefix(id), { limit: 100, after: null });
  const texts = await Promise.all(
    segments.map(async ({ key }) => (await (await env.STORE.get(key))?.text()) ?? ""),
  );
  const left = texts
    .join("")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
  const ofUser = left.filter(({ user_id: userId }) => userId === "user 1");
  expect(ofUser.map(({ item_id: itemId }) => itemId)).toEqual(["seen"]);
  expect(left.some(({ item_id: itemId }) => itemId === "item 2")).toBe(false);
  expect(left.length).toBeGreaterThan(15);
});

it.each<[string, (text: string) => string]>([
  ["a line that is no JSON", (text) => `${text}{`],
  ["no feedback at all", () => ""],
  ["a user without a name", (text) => text.replace('"user 1"', '" "')],
  ["an item without a name", (text) => text.replace('"item 1"', '" "')],
  ["another field", (text) => text.replace('"user_id"', '"from":"eve","user_id"')],
  ["a value that is no number", (text) => text.replace(/"value":\d+/, '"value":"7"')],
  ["an event of the future", (text) => text.replace(/"last":\d+/, `"last":${FUTURE}`)],
  ["a first event after the last", (text) => text.replace(/"last":\d+/, '"last":1')],
])("is refused for %s, and nothing stays", async (_, change) => {
  const { api, bob, archive } = world;
  const changed = await withFiles(archive, "feedback/", (name, text) => [name, change(text)]);
  const answer = await importing(api, bob, changed, "changed copy");
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining("rows-000001.ndjson")]);
});
