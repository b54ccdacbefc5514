import { describe, expect, it } from "vitest";
import { predictResponse } from "#contract/inference.ts";
import { EngineError } from "#engine/engine-error.ts";
import { ArtifactMissing } from "#storage/artifact-store.ts";
import { slot, world } from "../serving-world.ts";

describe("POST /inference/predict/project/{project_id}", () => {
  it("answers a known user with items, model, slot, strategy and request id", async () => {
    const { post } = await world();
    const response = await post({ user_id: "ann", cutoff: 2 });
    expect(response.status).toBe(200);
    expect(response.headers.get("X-Request-ID")).toBe("r-1");
    const body = predictResponse.parse(await response.json());
    expect(body).toMatchObject({ model_id: 2, slot_id: 4, slot_name: "default", strategy: "personal" });
    expect(body.items).toHaveLength(2);
  });

  it("joins metadata when asked to, null where there is none", async () => {
    const { post } = await world();
    const body = predictResponse.parse(
      await (await post({ user_id: "nobody", cutoff: 6, include_metadata: true })).json(),
    );
    const metadata = Object.fromEntries(body.items.map((item) => [item.item_id, item.metadata]));
    expect(metadata["9"]).toMatchObject({ title: "Nine" });
    expect(metadata["4"]).toBeNull();
  });

  it.each([
    ["damaged", new EngineError("BAD_ARTIFACT", "bad hash")],
    ["missing", new ArtifactMissing("models/2")],
  ])("serves the previous model when the current one is %s", async (_name, error) => {
    const { post, logged } = await world({ "models/2": error });
    const response = await post({ user_id: "ann" });
    expect(await response.json()).toMatchObject({ model_id: 1 });
    expect(logged).toEqual(["model_refused"]);
  });

  it("says so when no model can be used, and hides the details of other errors", async () => {
    const bad = new EngineError("BAD_ARTIFACT", "bad hash");
    const unusable = await world({ "models/1": bad, "models/2": bad });
    const response = await unusable.post({ user_id: "ann" });
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ detail: "Model 2 integrity check failed." });
    const broken = await world({ "models/2": new TypeError("secret detail") });
    const hidden = await broken.post({ user_id: "ann" });
    expect(hidden.status).toBe(500);
    expect(await hidden.text()).not.toContain("secret");
  });

  it("recommends without titles when the metadata is damaged", async () => {
    const { post, logged } = await world({ meta: new EngineError("BAD_ARTIFACT", "bad hash") });
    const response = await post({ user_id: "ann", include_metadata: true });
    expect(response.status).toBe(200);
    expect(logged).toEqual(["metadata_refused"]);
  });

  it.each([
    ["no key", {}, 401, "X-API-Key header required"],
    ["a key of another form", { "X-API-Key": "something" }, 401, "Invalid API key format"],
    ["an unknown key", { "X-API-Key": `rctm_${"x".repeat(64)}` }, 401, "Invalid API key"],
  ])("refuses %s before it looks at the body", async (_name, headers, status, detail) => {
    const { post } = await world();
    const response = await post("{", headers as Record<string, string>);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ detail });
  });

  it("refuses an expired key, and the key of another project", async () => {
    const { post, pass } = await world();
    expect((await post({ user_id: "ann" }, undefined, "9")).status).toBe(403);
    pass(500_000);
    expect(await (await post({ user_id: "ann" })).json()).toEqual({ detail: "API key expired" });
  });

  it.each([
    ["an empty body", "", "missing", ["body"]],
    ["malformed JSON", "{", "json_invalid", ["body", 1]],
    ["neither person nor items", {}, "missing", ["body", "user_id"]],
    ["truth for the person", { user_id: true }, "string_type", ["body", "user_id"]],
    [
      "a number that JSON cannot hold",
      '{"user_id": 12345678901234567890}',
      "string_type",
      ["body", "user_id"],
    ],
    ["an endless id", { user_id: "x".repeat(1025) }, "value_error", ["body", "user_id"]],
    ["an endless item", { item_ids: ["9", "x".repeat(1025)] }, "value_error", ["body", "item_ids", 1]],
    ["an item that is null", { item_ids: [null] }, "string_type", ["body", "item_ids", 0]],
    ["cutoff 0", { user_id: "a", cutoff: 0 }, "greater_than_equal", ["body", "cutoff"]],
    ["cutoff 1001", { user_id: "a", cutoff: 1001 }, "less_than_equal", ["body", "cutoff"]],
    ["a text for cutoff", { user_id: "a", cutoff: "abc" }, "int_parsing", ["body", "cutoff"]],
  ])("names the field at fault: %s", async (_name, body, type, loc) => {
    const { post } = await world();
    const response = await post(body);
    expect(response.status).toBe(422);
    const { detail } = (await response.json()) as { detail: { type: string; loc: unknown }[] };
    expect(detail[0]).toMatchObject({ type, loc });
  });

  it("takes numbers for ids as their digits, ids to 1,024 characters, and a cutoff in digits", async () => {
    const { post } = await world();
    const items = async (body: object) => {
      const response = await post({ ...body, cutoff: "2" });
      expect(response.status).toBe(200);
      return predictResponse.parse(await response.json());
    };
    const byNumber = await items({ item_ids: [9] });
    expect(byNumber).toMatchObject({ strategy: "profile", items: { length: 2 } });
    expect(byNumber.items).toEqual((await items({ item_ids: ["9"] })).items);
    expect(await items({ user_id: 4.5, item_ids: ["x".repeat(1024)] })).toMatchObject({
      strategy: "popular",
    });
    expect(await items({ user_id: "é".repeat(1024) })).toMatchObject({ strategy: "popular" });
  });

  it.each([
    ["GET", "/inference/predict/project/3", "POST, OPTIONS"],
    ["PUT", "/inference/predict/project/3/", "POST, OPTIONS"],
    ["DELETE", "/inference/predict/project/3", "POST, OPTIONS"],
    ["POST", "/inference/health", "GET, HEAD"],
    ["POST", "/recommendations/ann", "GET, HEAD, OPTIONS"],
  ])("answers %s %s with 405 and what is allowed", async (method, path, allow) => {
    const { app } = await world();
    const response = await app.request(path, { method });
    expect([response.status, response.headers.get("Allow")]).toEqual([405, allow]);
    expect(await response.json()).toEqual({ detail: "Method Not Allowed" });
  });

  it("says that nothing serves yet", async () => {
    const { post, manifest } = await world();
    await manifest({ slots: [] });
    const response = await post({ user_id: "ann" });
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ detail: "No active deployment slots for project" });
  });

  it("keeps a user in one slot, and distributes users by weight", async () => {
    const { post, manifest } = await world();
    const slots = [slot({ id: 1, name: "a", weight: 75 }), slot({ id: 2, name: "b", weight: 25 })];
    await manifest({ slots });
    const slotOf = async (user: string) =>
      ((await (await post({ user_id: user })).json()) as { slot_name: string }).slot_name;
    const first = await Promise.all(Array.from({ length: 400 }, (_, at) => slotOf(`u${at}`)));
    const again = await Promise.all(Array.from({ length: 400 }, (_, at) => slotOf(`u${at}`)));
    expect(again).toEqual(first);
    const share = first.filter((name) => name === "a").length / first.length;
    // Standard error of a share of 0.75 over 400 people: 0.022; four of them.
    expect(Math.abs(share - 0.75)).toBeLessThan(0.09);
  });
});
