/** Who may use the routes of webhooks and replays: each route that is described, with keys of each scope and with nobody's call. */
import { describe, expect, it } from "vitest";
import { DESCRIPTIONS } from "#api/openapi/descriptions.ts";
import { apiKeyCreatedResponse } from "#contract/api-key.ts";
import { webhookEndpointResponse } from "#contract/webhook-endpoint.ts";
import { announcingOfProject, batchAndTell } from "#services/webhooks/announce.ts";
import { caller, createProject, join, type Person, readAs } from "../../../runtime/api.ts";
import { setUp } from "../../../runtime/retraining.ts";

const ROUTES = Object.keys(DESCRIPTIONS)
  .filter((route) => /webhook|\/replay/.test(route))
  .map((route) => route.split(" ") as [method: string, path: string]);
const READING = ROUTES.filter(([method]) => method === "GET");
const CHANGING = ROUTES.filter(([method]) => method !== "GET");

async function scopedWorld() {
  const setup = await setUp();
  const { api, ann, projectId } = setup;
  const body = { project: projectId, url: "https://hooks.example.com/scopes" };
  const { id } = await readAs(
    webhookEndpointResponse,
    await ann.call("POST", "/webhook_endpoint/", body),
    201,
  );
  const data = { project: projectId, slot: 1, metric: "ndcg", value: 1, expected: 2, day: "2026-11-27" };
  const { db, clock } = api.deps;
  const dropped = announcingOfProject(db, { event: "quality_dropped", key: "scopes", data, now: clock() });
  await batchAndTell(api.deps, [], { announcements: [dropped] });
  const keyOf = async (person: Person, project: number, scopes: readonly string[]) => {
    const made = await person.call("POST", "/api_keys/", { project, name: scopes.join(), scopes });
    return caller(api, { "x-api-key": (await readAs(apiKeyCreatedResponse, made, 201)).key });
  };
  /** The statuses of routes, in order, for the rows of the world. */
  const statuses = async (call: Person["call"], routes: typeof ROUTES) => {
    const found: [string, number][] = [];
    for (const [method, path] of routes) {
      const answer = await call(
        method,
        `${path.replace(":id", String(id))}/`,
        method === "GET" ? undefined : {},
      );
      await answer.body?.cancel();
      found.push([`${method} ${path}`, answer.status]);
    }
    return found;
  };
  return { ...setup, keyOf, statuses };
}

const all = (routes: typeof ROUTES, status: number) =>
  routes.map(([method, path]) => [`${method} ${path}`, status]);

describe("the routes of webhooks and replays", () => {
  it("are there", () => {
    expect(READING.length).toBeGreaterThan(5);
    expect(CHANGING.length).toBeGreaterThan(8);
  });

  it("ask who calls", async () => {
    const { api, statuses } = await scopedWorld();
    expect(await statuses(caller(api, {}), ROUTES)).toEqual(all(ROUTES, 401));
  });

  it("change nothing for a key that may read, and show nothing to one that may serve", async () => {
    const { ann, projectId, keyOf, statuses } = await scopedWorld();
    const [reader, server] = [
      await keyOf(ann, projectId, ["read"]),
      await keyOf(ann, projectId, ["predict", "events"]),
    ];
    expect(await statuses(reader, CHANGING)).toEqual(all(CHANGING, 403));
    expect((await statuses(reader, READING)).every(([, status]) => status === 200 || status === 404)).toBe(
      true,
    );
    expect(await statuses(server, ROUTES)).toEqual(all(ROUTES, 403));
  });

  it("do not know the rows of another account or of another project of the key's owner", async () => {
    const { api, ann, keyOf, statuses } = await scopedWorld();
    const stranger = await join(api);
    const { id: other } = await createProject(ann, { name: "other" });
    const key = await keyOf(ann, other, ["read", "write"]);
    const ofRows = ROUTES.filter(([, path]) => path.includes(":id"));
    expect(await statuses(stranger.call, ofRows)).toEqual(all(ofRows, 404));
    expect(await statuses(key, ofRows)).toEqual(all(ofRows, 404));
  });
});
