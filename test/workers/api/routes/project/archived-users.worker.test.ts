import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { MAX_USER_BYTES } from "#contract/limits.ts";
import { projectResponse } from "#contract/project.ts";
import { createProjectEvents } from "#jobs/event-shard/project-events.ts";
import { createEventShards } from "#recommend/events/event-shards.ts";
import { withFiles } from "../../../../setup/changed-archive.ts";
import { createProject, join, readAs, testApi } from "../../../runtime/api.ts";
import { exported, importing } from "../../../runtime/archive.ts";

const events = createProjectEvents(env.EVENTS);
const USERS = Array.from({ length: 20 }, (_, n) => `user ${n}`);

async function makeWorld() {
  const api = testApi({ events });
  await join(api);
  const [ann, bob] = [await join(api), await join(api)];
  const { id } = await createProject(ann);
  const shards = createEventShards({ namespace: env.EVENTS, now: () => Date.now() });
  await Promise.all(
    USERS.map((userId, n) =>
      shards.writeUser(id, {
        kind: n % 2 ? "merge" : "replace",
        userId,
        properties: { age: n, é: null },
      }),
    ),
  );
  const rows = async (projectId: number) => {
    const found = [];
    for await (const some of events.users(projectId)) found.push(...some);
    return found
      .map(({ userId, properties, isPartial, updatedAt }) => [userId, properties, isPartial, updatedAt])
      .sort();
  };
  return { api, bob, id, rows, archive: await exported(ann, id) };
}

let world: Awaited<ReturnType<typeof makeWorld>>;
beforeAll(async () => {
  world = await makeWorld();
});

it("has what was written of users, and a copy has the same", async () => {
  const { api, bob, id, rows, archive } = world;
  const copy = await readAs(projectResponse, await importing(api, bob, archive, "copy"), 201);
  const before = await rows(id);
  expect(before.map(([userId]) => userId)).toEqual(USERS.toSorted());
  expect(before[1]).toEqual(["user 1", '{"age":1,"é":null}', true, expect.any(Number)]);
  expect(await rows(copy.id)).toEqual(before);
});

it.each<[string, (text: string) => string]>([
  ["a line that is no JSON", (text) => `${text}{`],
  ["no user at all", () => ""],
  ["a user without a name", (text) => text.replace('"user 1"', '" "')],
  ["another field", (text) => text.replace('"user_id"', '"from":"eve","user_id"')],
  [
    "properties that are no object",
    (text) => text.replace(/"properties":"[^"]*(\\.[^"]*)*"/, '"properties":"[]"'),
  ],
  [
    "properties beyond all bounds",
    (text) =>
      text.replace(
        /"properties":"[^"]*(\\.[^"]*)*"/,
        `"properties":"{\\"a\\":\\"${"é".repeat(MAX_USER_BYTES / 2)}\\"}"`,
      ),
  ],
  ["a time that there is not", (text) => text.replace(/"updated_at":\d+/, '"updated_at":-1')],
])("is refused for %s, and nothing stays", async (_, change) => {
  const { api, bob, archive } = world;
  const changed = await withFiles(archive, "users/", (name, text) => [name, change(text)]);
  const answer = await importing(api, bob, changed, "changed copy");
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining("rows-000001.ndjson")]);
});
