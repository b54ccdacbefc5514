import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { buildDocument } from "#api/openapi/build-document.ts";
import { DESCRIPTIONS } from "#api/openapi/descriptions.ts";
import { MAX_JSON_BODY_BYTES } from "#contract/limits.ts";
import { caller, createProject, join, type Person, testApi } from "../../runtime/api.ts";

interface Route {
  readonly method: string;
  readonly path: string;
  readonly isPublic: boolean;
}

/** Every route, as the API itself lists them. */
async function allRoutes(): Promise<Route[]> {
  const response = await testApi().fetch("/api/v1/schema/?format=json");
  const document = (await response.json()) as ReturnType<typeof buildDocument>;
  const paths = document.paths as Record<string, Record<string, { security?: unknown[] }>>;
  return managementPaths(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security }]) => ({
      method: method.toUpperCase(),
      path: path.replace("/api/v1", ""),
      isPublic: security !== undefined,
    })),
  );
}

/** The description also has the serving routes, which have their own keys and tests. */
function managementPaths<Operations>(paths: Record<string, Operations>): [string, Operations][] {
  return Object.entries(paths).filter(([path]) => path.startsWith("/api/v1/"));
}

const withIds = (path: string, id: string) => path.replace(/\{\w+\}/g, id);
const routes = await allRoutes();
const guarded = routes.filter((route) => !route.isPublic);
const body = (method: string) => (method === "GET" || method === "DELETE" ? undefined : {});

it("has as many routes as descriptions", () => {
  expect(routes).toHaveLength(Object.keys(DESCRIPTIONS).length);
});

describe("every guarded route", () => {
  const api = testApi();
  let expired: Person;
  let closed: Person;
  beforeAll(async () => {
    expired = await join(api);
    api.advance(301_000);
    closed = await join(api);
    const { pk } = closed.session.user;
    await env.DB.prepare("update user set is_active = 0 where id = ?").bind(pk).run();
  });

  it.each(guarded)("$method $path needs a valid token", async ({ method, path }) => {
    const target = withIds(path, "1");
    for (const headers of [
      {},
      { authorization: "Bearer garbage" },
      { authorization: `Bearer ${expired.session.access}` },
      { cookie: "jwt-access=garbage" },
      { "x-api-key": `rctm_${"x".repeat(64)}` },
    ]) {
      expect(
        (await caller(api, headers as Record<string, string>)(method, target, body(method))).status,
      ).toBe(401);
    }
  });

  it.each(guarded)("$method $path refuses an account that is closed", async ({ method, path }) => {
    expect((await closed.call(method, withIds(path, "1"), body(method))).status).toBe(401);
  });
});

describe("every route with an id", () => {
  let person: Person;
  beforeAll(async () => {
    const api = testApi();
    await join(api);
    person = await join(api);
  });

  it.each(guarded.filter((route) => route.path.includes("{")))(
    "$method $path knows neither a malformed id nor a row of somebody else",
    async ({ method, path }) => {
      for (const id of ["abc", "999999", "99999999999999999999", "1%27"]) {
        const { status } = await person.call(method, withIds(path, id), body(method));
        expect([403, 404]).toContain(status);
      }
    },
  );
});

describe("every route that takes a body", () => {
  const writes = routes.filter(({ method }) => method !== "GET" && method !== "DELETE");
  const odd = ["", "null", "[]", "7", '"x"', "{", '{"project":{}}', '{"name":"\\u0000"}', "\u00e9"];
  const bodies = [...odd, `"${"x".repeat(MAX_JSON_BODY_BYTES)}"`];
  const api = testApi();
  let world: { readonly person: Person; readonly path: string };
  beforeAll(async () => {
    world = await makeWorld();
  });

  async function makeWorld() {
    const person = await join(api);
    const { id } = await createProject(person);
    return { person, path: `/project/${id}/` };
  }

  it.each(writes)("$method $path never fails on an odd body", async ({ method, path }) => {
    // A route before may have ended the session or the project.
    if ((await world.person.call("GET", world.path)).status !== 200) world = await makeWorld();
    const target = withIds(path, world.path.split("/")[2] as string);
    const headers = {
      authorization: `Bearer ${world.person.session.access}`,
      "content-type": "application/json",
    };
    for (const text of bodies) {
      const response = await api.fetch(`/api/v1${target}`, { method, headers, body: text });
      expect(response.status).toBeLessThan(500);
    }
  });
});
