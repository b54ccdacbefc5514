import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { recotemDialect } from "#api/recotem/recotem-dialect.ts";
import { projectResponse } from "#contract/project.ts";
import { findManifest } from "#storage/routing-store.ts";
import { createProject, join, readAs, testApi } from "../../../runtime/api.ts";

const SHOP = "https://shop.example";

async function setUp() {
  const api = testApi();
  await join(api);
  const ann = await join(api);
  const originsOf = async (id: number) => (await findManifest(env.ROUTING, id))?.allowed_origins;
  return { api, ann, originsOf };
}

describe("allowed_origins of a project", () => {
  it("are none by default, and reach serving when they are set, changed or taken away", async () => {
    const { ann, originsOf } = await setUp();
    const plain = await createProject(ann);
    expect(plain.allowed_origins).toEqual([]);
    const { id, allowed_origins } = await createProject(ann, { allowed_origins: [SHOP] });
    expect(allowed_origins).toEqual([SHOP]);
    expect(await originsOf(id)).toEqual([SHOP]);
    const more = [SHOP, "http://localhost:3000", "https://[::1]:8443"];
    const changed = await ann.call("PATCH", `/project/${id}/`, { allowed_origins: more });
    expect((await readAs(projectResponse, changed)).allowed_origins).toEqual(more);
    expect(await originsOf(id)).toEqual(more);
    await ann.call("PATCH", `/project/${id}/`, { name: "another name" });
    expect(await originsOf(id)).toEqual(more);
    await ann.call("PATCH", `/project/${id}/`, { allowed_origins: [] });
    expect(await originsOf(id)).toEqual([]);
  });

  it.each([
    ["*"],
    ["null"],
    ["shop.example"],
    ["https://shop.example/"],
    ["https://shop.example/path"],
    ["https://Shop.example"],
    ["https://shop.example:443"],
    ["https://user@shop.example"],
    ["ftp://shop.example"],
    ["https://shop.example, https://evil.test"],
  ])("are origins as browsers send them, which %s is not", async (origin) => {
    const { ann } = await setUp();
    const { id } = await createProject(ann);
    const refused = await ann.call("PATCH", `/project/${id}/`, { allowed_origins: [SHOP, origin] });
    expect([refused.status, await refused.json()]).toEqual([
      400,
      { allowed_origins: [`"${origin}" is not an origin like https://shop.example.`] },
    ]);
  });

  it("are no field where answers are exactly Recotem's", async () => {
    const api = testApi({ dialect: recotemDialect });
    await join(api);
    const body = { name: "exact", user_column: "user", item_column: "item" };
    const made = await (await join(api)).call("POST", "/project/", body);
    expect(made.status).toBe(201);
    expect(await made.json()).not.toHaveProperty("allowed_origins");
  });
});
