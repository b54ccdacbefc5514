/** Health and administration below `/kpop`. */
import { describe, expect, it } from "vitest";
import { ArtifactMissing } from "#storage/artifact-store.ts";
import { EVENTS_KEY, KEY, model, slot } from "../serving-world.ts";
import { kpopWorld } from "./kpop-world.ts";

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
const USABLE = { "X-API-Key": KEY };
const MISSING = new ArtifactMissing("models/9");

describe("GET /kpop/health", () => {
  it("checks model, stores and features", async () => {
    const { ask } = await kpopWorld();
    const healthy = (message: unknown) => ({
      status: "healthy",
      message,
      response_time_ms: expect.any(Number),
    });
    expect(await ask("/health")).toMatchObject({
      status: 200,
      body: {
        status: "healthy",
        timestamp: TIME,
        checks: {
          model: healthy("Model loaded successfully (LightFM)"),
          database: healthy("Database connection active"),
          features: healthy(expect.stringMatching(/^Features loaded \([1-9]\d* users, [1-9]\d* items\)$/)),
        },
      },
    });
  });

  it("says with 200 that people cannot be read, without the reason of the store", async () => {
    const { ask, memory, logged } = await kpopWorld();
    memory.said.state.problem = new Error("the inner truth");
    const { status, body } = await ask("/health");
    expect([status, body]).toMatchObject([
      200,
      {
        status: "unhealthy",
        checks: {
          model: { status: "healthy" },
          database: {
            status: "unhealthy",
            message: expect.stringMatching(/^Database connection failed: /),
            response_time_ms: null,
          },
          features: { status: "healthy" },
        },
      },
    ]);
    expect(JSON.stringify(body)).not.toContain("truth");
    expect(logged).toContain("store_check_failed");
  });

  it("is degraded while the project has no model, and unhealthy when its model is damaged", async () => {
    const none = await kpopWorld();
    await none.manifest({ slots: [] });
    none.pass(2_000);
    expect((await none.ask("/health")).body).toMatchObject({
      status: "degraded",
      checks: { model: { status: "degraded" }, features: { status: "healthy" } },
    });
    const damaged = await kpopWorld({ "models/2": MISSING, "models/1": MISSING });
    expect((await damaged.ask("/health")).body).toMatchObject({
      status: "unhealthy",
      checks: { model: { status: "unhealthy" }, database: { status: "healthy" } },
    });
  });
});

describe("GET /kpop/admin/model-status", () => {
  it("counts what the model and the rules have", async () => {
    const { ask, now } = await kpopWorld();
    const { status, body } = await ask("/admin/model-status");
    expect([status, body]).toEqual([
      200,
      {
        is_loaded: true,
        num_users: expect.any(Number),
        num_all_users: expect.any(Number),
        num_items: expect.any(Number),
        // Three are written, six are in a file.
        num_posts_metadata: 9,
        model_type: "LightFM",
        model_path: "hybrid_model.pkl",
        last_reload_time: new Date(now()).toISOString(),
        cold_start_strategy: {
          users_with_interactions: expect.any(Number),
          users_with_followed_communities: 1,
          communities_with_tags: 2,
          posts_with_engagement: 2,
        },
        file_updated: false,
      },
    ]);
  });

  it("counts people again after ten seconds, however often it is asked", async () => {
    const { ask, put, pass } = await kpopWorld();
    const people = async () =>
      ((await ask("/admin/model-status")).body as { cold_start_strategy: Record<string, number> })
        .cold_start_strategy.users_with_followed_communities;
    expect(await people()).toBe(1);
    await put("/v1/users/lee", { communities: ["blue"] });
    pass(9_999);
    expect(await people()).toBe(1);
    pass(1);
    expect(await people()).toBe(2);
  });

  it("goes on with the last counts while people cannot be counted", async () => {
    const { ask, memory, pass, logged } = await kpopWorld();
    const counted = (await ask("/admin/model-status")).body;
    pass(10_000);
    memory.said.state.problem = new Error("the inner truth");
    expect(await ask("/admin/model-status")).toMatchObject({ status: 200, body: counted });
    expect(logged).toContain("last_known_used");
  });

  it("says 503 when people were never counted", async () => {
    const { ask, memory } = await kpopWorld();
    memory.said.state.problem = new Error("the inner truth");
    const { status, body } = await ask("/admin/model-status");
    expect([status, body]).toMatchObject([503, { detail: { error_code: "DATABASE_ERROR" } }]);
    expect(JSON.stringify(body)).not.toContain("truth");
  });

  it("knows of a new model within the second for which lists use the routing they have", async () => {
    const { ask, manifest, slowModels } = await kpopWorld();
    await ask("/recommendations/ann");
    await manifest({ slots: [slot({ model: model(5) })] });
    slowModels.set("models/5", new Promise<void>(() => undefined));
    expect((await ask("/admin/model-status")).body).toMatchObject({ file_updated: true });
  });

  it("says that nothing is loaded while the project has no model", async () => {
    const { ask, manifest, pass } = await kpopWorld();
    await manifest({ slots: [] });
    pass(2_000);
    expect((await ask("/admin/model-status")).body).toMatchObject({
      ...{ is_loaded: false, num_users: 0, num_all_users: 2, num_items: 0, last_reload_time: null },
      num_posts_metadata: 9,
    });
  });
});

describe("POST /kpop/admin/reload-model", () => {
  it("has nothing to do while the newest model answers", async () => {
    const { ask } = await kpopWorld();
    expect(await ask("/admin/reload-model", USABLE, "POST")).toEqual({
      status: 200,
      allow: null,
      body: {
        success: true,
        message: "Model is already up to date",
        details: { reloaded: false, reason: "Model file not modified", last_reload_time: TIME },
      },
    });
  });

  it("loads the next model, which the status names until then", async () => {
    const { ask, manifest, pass, slowModels } = await kpopWorld();
    await ask("/recommendations/ann");
    const former = (await ask("/admin/model-status")).body as { last_reload_time: string };
    await manifest({ slots: [slot({ model: model(5) })] });
    pass(2_000);
    let load = () => {};
    slowModels.set("models/5", new Promise<void>((resolve) => (load = () => resolve())));
    expect((await ask("/admin/model-status")).body).toMatchObject({
      file_updated: true,
      last_reload_time: former.last_reload_time,
    });
    load();
    slowModels.delete("models/5");
    const { body } = await ask("/admin/reload-model", USABLE, "POST");
    expect(body).toMatchObject({ success: true });
    expect((await ask("/admin/model-status")).body).toMatchObject({ file_updated: false });
    const again = (await ask("/admin/reload-model", USABLE, "POST")).body;
    expect(again).toMatchObject({ details: { reloaded: false } });
  });

  it("loads a model that was deployed within the second for which lists use the routing they have", async () => {
    const { ask, manifest } = await kpopWorld();
    await ask("/recommendations/ann");
    await manifest({ slots: [slot({ model: model(5) })] });
    const reloaded = (await ask("/admin/reload-model", USABLE, "POST")).body;
    expect(reloaded).toMatchObject({ details: { reloaded: true } });
  });

  it("says when it replaced a model", async () => {
    const { ask, manifest, pass, now } = await kpopWorld();
    await ask("/recommendations/ann");
    const before = new Date(now()).toISOString();
    await manifest({ slots: [slot({ model: model(5) })] });
    pass(2_000);
    expect((await ask("/admin/reload-model", USABLE, "POST")).body).toEqual({
      success: true,
      message: "Model reloaded successfully",
      details: {
        reloaded: true,
        reason: "Model file modified",
        previous_reload_time: before,
        current_reload_time: new Date(now()).toISOString(),
        num_users: expect.any(Number),
        num_items: expect.any(Number),
      },
    });
  });

  it("fails with 503 when the next model is damaged: the former one goes on", async () => {
    const { ask, manifest, pass } = await kpopWorld({ "models/9": MISSING });
    await ask("/recommendations/ann");
    await manifest({ slots: [slot({ model: model(9), previous: model(2) })] });
    pass(2_000);
    expect(await ask("/admin/reload-model", USABLE, "POST")).toMatchObject({
      status: 503,
      body: {
        detail: {
          message: "Model reload failed",
          error_code: "MODEL_RELOAD_ERROR",
          error: expect.stringMatching(/^Model reload failed: Failed to load model: /),
        },
      },
    });
    expect(await ask("/recommendations/ann")).toMatchObject({ status: 200, body: { strategy: "hybrid" } });
    expect((await ask("/admin/model-status")).body).toMatchObject({ is_loaded: true, file_updated: true });
    expect((await ask("/health")).body).toMatchObject({ status: "healthy" });
  });
});

it("asks for a server's key of a scope that reads, writes or predicts", async () => {
  const { ask, addKey, putKey } = await kpopWorld();
  const [reads, browser] = ["r", "b"].map((letter) => `rctm_${letter.repeat(64)}`) as [string, string];
  await addKey(reads, ["read"]);
  await putKey(browser, {
    id: 9,
    project_id: 3,
    scopes: ["predict"],
    expires_at: null,
    browser: { allowed_origins: [] },
  });
  const places: readonly (readonly [string, string])[] = [
    ["/health", "GET"],
    ["/admin/model-status", "GET"],
    ["/admin/reload-model", "POST"],
  ];
  for (const [path, method] of places) {
    const status = async (headers: Record<string, string>, base = "") =>
      (await ask(`${base}${path}`, headers, method)).status;
    expect([
      await status({}),
      await status({ "X-API-Key": EVENTS_KEY }),
      await status({ "X-API-Key": browser }),
      await status({ "X-API-Key": reads }),
      await status({}, `/k/${KEY}`),
    ]).toEqual([401, 403, 403, 200, 200]);
    const other = method === "GET" ? "POST" : "GET";
    expect(await ask(path, USABLE, other)).toMatchObject({ status: 405, allow: method });
  }
});
