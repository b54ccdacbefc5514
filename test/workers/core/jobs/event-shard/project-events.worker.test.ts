import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { deletionResponse } from "#contract/deletion.ts";
import { pageOf } from "#contract/primitives.ts";
import { createProjectEvents } from "#jobs/event-shard/project-events.ts";
import { shardOf } from "#jobs/event-shard/shard-address.ts";
import { createEventShards } from "#recommend/events/event-shards.ts";
import { driveDeletions } from "#services/erasure/deletions.ts";
import { eventsPrefix } from "#storage/keys.ts";
import { createProject, join, readAs, testApi } from "../../../runtime/api.ts";

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
