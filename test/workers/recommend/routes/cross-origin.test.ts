import { describe, expect, it } from "vitest";
import { KEY, world } from "../serving-world.ts";

describe("calls from pages of other origins", () => {
  const SHOP = "https://shop.example";
  const ask = (app: Awaited<ReturnType<typeof world>>["app"], origin: string, project = "3") =>
    app.request(`/inference/predict/project/${project}`, {
      method: "OPTIONS",
      headers: { Origin: origin, "Access-Control-Request-Method": "POST" },
    });
  const granted = (response: Response) => response.headers.get("Access-Control-Allow-Origin");

  it("are opened to the project's origins and to nobody else", async () => {
    const { app, manifest, post } = await world();
    await manifest({ allowed_origins: [SHOP] });
    const yes = await ask(app, SHOP);
    expect([yes.status, granted(yes), yes.headers.get("Vary")]).toEqual([204, SHOP, "Origin"]);
    expect(yes.headers.get("Access-Control-Allow-Methods")).toBe("POST");
    expect(yes.headers.get("Access-Control-Allow-Headers")).toContain("X-API-Key");
    for (const origin of ["https://evil.test", "http://shop.example", `${SHOP}.evil.test`, "null"]) {
      const no = await ask(app, origin);
      expect([no.status, granted(no)]).toEqual([204, null]);
    }
    const answer = await post({ user_id: "ann" }, { "X-API-Key": KEY, Origin: SHOP });
    expect([answer.status, granted(answer), answer.headers.get("Vary")]).toEqual([200, SHOP, "Origin"]);
    const refused = await post({ user_id: "ann" }, { Origin: SHOP });
    expect([refused.status, granted(refused)]).toEqual([401, SHOP]);
    expect(
      granted(await post({ user_id: "ann" }, { "X-API-Key": KEY, Origin: "https://evil.test" })),
    ).toBeNull();
    expect(granted(await post({ user_id: "ann" }))).toBeNull();
  });

  it("are opened by the key's project where the address names none: every page may ask, and the project's may read", async () => {
    const { app, manifest, get } = await world();
    await manifest({ allowed_origins: [SHOP] });
    const asked = await app.request("/recommendations/ann", {
      method: "OPTIONS",
      headers: { Origin: "https://evil.test", "Access-Control-Request-Method": "GET" },
    });
    expect([asked.status, granted(asked), asked.headers.get("Access-Control-Allow-Methods")]).toEqual([
      204,
      "https://evil.test",
      "GET",
    ]);
    expect(asked.headers.get("Access-Control-Allow-Headers")).toContain("X-API-Key");
    const read = (headers: Record<string, string>) => get("/recommendations/ann", headers);
    const answer = await read({ "X-API-Key": KEY, Origin: SHOP });
    expect([answer.status, granted(answer), answer.headers.get("Vary")]).toEqual([200, SHOP, "Origin"]);
    expect(granted(await read({ "X-API-Key": KEY, Origin: "https://evil.test" }))).toBeNull();
    expect(granted(await read({ Origin: SHOP }))).toBeNull();
    const bad = await get("/recommendations/ann?limit=0", { "X-API-Key": KEY, Origin: SHOP });
    expect([bad.status, granted(bad)]).toEqual([422, SHOP]);
    await manifest({});
    expect(granted(await read({ "X-API-Key": KEY }))).toBeNull();
  });

  it("are closed by default, and do not tell whether there is such a project", async () => {
    const { app } = await world();
    for (const project of ["3", "999", "abc"]) {
      const response = await ask(app, SHOP, project);
      expect([response.status, granted(response)]).toEqual([204, null]);
    }
  });
});
