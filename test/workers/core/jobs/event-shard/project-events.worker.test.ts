import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { deletionResponse } from "#contract/deletion.ts";
import { eventTailResponse } from "#contract/event-tail.ts";
import { pageOf } from "#contract/primitives.ts";
import { createProjectEvents } from "#jobs/event-shard/project-events.ts";
import { objectName, shardOf } from "#jobs/event-shard/shard-address.ts";
import { createEventShards } from "#recommend/events/event-shards.ts";
import { driveDeletions } from "#services/erasure/deletions.ts";
import { eventsPrefix } from "#storage/keys.ts";
import { bodyOf, createProject, join, readAs, testApi } from "../../../runtime/api.ts";
import { evict } from "../../../runtime/event-project.ts";

const USERS = ["ann", "bob", "cid", "dan"];

async function eventsOfUsers() {
  const api = testApi({ events: createProjectEvents(env.EVENTS) });
  const person = await join(api);
  const { id: projectId } = await createProject(person);
  const shards = () => createEventShards({ namespace: env.EVENTS, now: () => Date.now() });
  for (const user_id of USERS) {
    const event = { type: "view", user_id, item_id: "i1", time: 5, received: Date.now() };
    await shards().append(projectId, [event]);
  }
  const recent = async () => {
    const known = USERS.map((userId) => shards().recentOf(projectId, userId));
    return (await Promise.all(known)).map(({ items }) => items.length);
  };
  const segments = async () => (await env.STORE.list({ prefix: eventsPrefix(projectId) })).objects.length;
  return { api, person, projectId, recent, segments };
}

it("a flush writes the rows of every shard as segments", async () => {
  const { projectId, recent, segments } = await eventsOfUsers();
  expect(await segments()).toBe(0);
  await createProjectEvents(env.EVENTS).flush(projectId);
  expect(await segments()).toBe(new Set(USERS.map(shardOf)).size);
  expect(await recent()).toEqual([1, 1, 1, 1]);
});

it("events are erased with their project, in the shards and in the store", async () => {
  const { api, person, projectId, recent, segments } = await eventsOfUsers();
  await createProjectEvents(env.EVENTS).flush(projectId);
  await person.call("DELETE", `/project/${projectId}/`);
  await driveDeletions(api.deps);
  expect(await segments()).toBe(0);
  expect(await recent()).toEqual([0, 0, 0, 0]);
});

it("events are erased with their user, and the report counts them", async () => {
  const { api, person, projectId, recent } = await eventsOfUsers();
  await createProjectEvents(env.EVENTS).flush(projectId);
  await person.call("POST", `/project/${projectId}/erase_person/`, { user_id: "bob" });
  await driveDeletions(api.deps);
  expect(await recent()).toEqual([1, 0, 1, 1]);
  const { results } = await readAs(pageOf(deletionResponse), await person.call("GET", "/deletion/"));
  expect(results[0]?.report.rows).toMatchObject({ event: 1 });
});

it("the last events are shown, also after a seal and a wake, without a user who is erased", async () => {
  const { api, person, projectId } = await eventsOfUsers();
  const events = createProjectEvents(env.EVENTS);
  await events.flush(projectId);
  await evict(env.EVENTS.get(env.EVENTS.idFromName(objectName({ projectId, object: 0 }))));
  const now = Date.now();
  const click = { type: "click", user_id: "ann", item_id: "i2", value: 2, time: now, received: now + 1 };
  await createEventShards({ namespace: env.EVENTS, now: () => now }).append(projectId, [click]);
  const tail = async (query = "") =>
    readAs(eventTailResponse, await person.call("GET", `/project/${projectId}/events/${query}`));
  const { events: shown, types } = await tail();
  expect(shown[0]).toMatchObject({ type: "click", user_id: "ann", item_id: "i2", value: 2 });
  expect(new Set(shown.map(({ user_id }) => user_id))).toEqual(new Set(USERS));
  // The others say that they happened in 1970.
  expect(types).toEqual([{ type: "click", last_hour: 1, last_day: 1 }]);
  expect((await tail("?type=view&limit=2")).events.map(({ type }) => type)).toEqual(["view", "view"]);
  const refused = await person.call("GET", `/project/${projectId}/events/?limit=1000&type=a,b`);
  expect([refused.status, Object.keys((await bodyOf(refused)) as object).sort()]).toEqual([
    400,
    ["limit", "type"],
  ]);
  const stranger = await join(api);
  expect((await stranger.call("GET", `/project/${projectId}/events/`)).status).toBe(404);
  await person.call("POST", `/project/${projectId}/erase_person/`, { user_id: "ann" });
  await driveDeletions(api.deps);
  expect((await tail()).events.map(({ user_id }) => user_id)).not.toContain("ann");
});
