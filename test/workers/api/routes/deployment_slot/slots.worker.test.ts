/** Slots made by hand: shares of traffic, shadows, and what served when. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { recotemDialect } from "#api/recotem/recotem-dialect.ts";
import { deploymentSlotResponse, slotPeriodResponse } from "#contract/deployment-slot.ts";
import { pageOf } from "#contract/primitives.ts";
import { projectResponse } from "#contract/project.ts";
import { findManifest } from "#storage/routing-store.ts";
import { bodyOf, readAs } from "../../../runtime/api.ts";
import { liveWorld } from "../../../runtime/live-models.ts";

async function setUp(overrides: Parameters<typeof liveWorld>[0] = {}) {
  const world = await liveWorld(overrides);
  const first = await world.train({ deploy: "always" });
  const second = await world.train({ deploy: "never" });
  const { ann, bob, projectId } = world;
  const body = { project: projectId, name: "other", trained_model: second };
  const send = (fields: object, person = ann) =>
    person.call("POST", "/deployment_slot/", { ...body, ...fields });
  const make = async (fields: object = {}) => readAs(deploymentSlotResponse, await send(fields), 201);
  const change = (id: number, fields: object, person = ann) =>
    person.call("PATCH", `/deployment_slot/${id}/`, fields);
  const published = () => findManifest(env.ROUTING, projectId);
  const periods = async (slot: number) => {
    const page = await ann.call("GET", `/slot_period/?project=${projectId}&slot=${slot}`);
    return (await readAs(pageOf(slotPeriodResponse), page)).results;
  };
  return { ...world, first, second, bob, send, make, change, published, periods };
}

const served = (slots: readonly { id: number; model: { id: number }; weight: number }[] = []) =>
  slots.map(({ id, model, weight }) => [id, model.id, weight]);

describe("a slot", () => {
  it("takes its share as soon as it is made, changed and deleted", async () => {
    const { first, second, make, change, published, slot, ann } = await setUp();
    const own = (await slot())?.id as number;
    const { id } = await make({ weight: 25 });
    expect(served((await published())?.slots)).toEqual([
      [own, first, 100],
      [id, second, 25],
    ]);
    expect((await change(id, { weight: 0.5, trained_model: first })).status).toBe(200);
    const changed = (await published())?.slots[1];
    expect([changed?.weight, changed?.model.id, changed?.previous?.id]).toEqual([0.5, first, second]);
    await change(id, { is_active: false });
    expect(served((await published())?.slots)).toEqual([[own, first, 100]]);
    expect((await ann.call("DELETE", `/deployment_slot/${id}/`)).status).toBe(204);
    expect((await published())?.slots).toHaveLength(1);
  });

  it("has a name of its own in its project, except for clients of Recotem", async () => {
    const { make, send, change, slot } = await setUp();
    const own = await slot();
    const { id } = await make();
    const taken = await send({});
    expect([taken.status, await bodyOf(taken)]).toEqual([
      400,
      { name: ["A slot of this project has this name already."] },
    ]);
    const renamed = await change(id, { name: own?.name });
    expect([renamed.status, Object.keys((await bodyOf(renamed)) as object)]).toEqual([400, ["name"]]);
    expect((await change(id, { name: "other", weight: 3 })).status).toBe(200);
    const both = await Promise.all([send({ name: "third" }), send({ name: "third" })]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 400]);
    const exact = await setUp({ dialect: recotemDialect });
    expect([(await exact.send({})).status, (await exact.send({})).status]).toEqual([201, 201]);
  });

  it("keeps what it served and when, also after it is gone", async () => {
    const { first, second, make, change, periods, ann, api } = await setUp();
    const { id } = await make({ weight: 25 });
    api.advance(1000);
    await change(id, { trained_model: first });
    api.advance(1000);
    await ann.call("POST", `/deployment_slot/${id}/roll_back/`, {});
    await change(id, { shadow_rate: 0.5 });
    const found = await periods(id);
    expect(found.map(({ trained_model, version, weight }) => [trained_model, version, weight])).toEqual([
      [second, 2, 25],
      [first, 1, 25],
      [second, 2, 25],
    ]);
    const [now, middle, oldest] = found;
    expect(now?.ended_at).toBeNull();
    expect([middle?.ended_at, oldest?.ended_at]).toEqual([now?.started_at, middle?.started_at]);
    await ann.call("DELETE", `/deployment_slot/${id}/`);
    await ann.call("DELETE", `/trained_model/${second}/`);
    const after = await periods(id);
    expect(after.map(({ version, ended_at }) => [version, ended_at !== null])).toEqual([
      [2, true],
      [1, true],
      [2, true],
    ]);
  });

  it("is rolled back once by two callers at the same time, and never to a deleted model", async () => {
    const { first, second, make, change, ann, train, show } = await setUp();
    const { id } = await make();
    const fresh = await ann.call("POST", `/deployment_slot/${id}/roll_back/`, {});
    expect([fresh.status, await bodyOf(fresh)]).toMatchObject([
      409,
      { detail: expect.stringMatching(/no earlier version/) },
    ]);
    const third = await train({ deploy: "never" });
    await change(id, { trained_model: third });
    const both = await Promise.all(
      [1, 2].map(() => ann.call("POST", `/deployment_slot/${id}/roll_back/`, {})),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    await change(id, { trained_model: third });
    await ann.call("DELETE", `/trained_model/${second}/`);
    const back = await readAs(
      deploymentSlotResponse,
      await ann.call("POST", `/deployment_slot/${id}/roll_back/`, {}),
    );
    // The model before the deleted one.
    expect(back.trained_model).toBe(first);
    expect((await show(third)).deployment).toMatch(/^Rolled back from version 3/);
  });

  it("becomes the one for new models if the project has no other", async () => {
    const { slot, ann, make, train, first } = await setUp();
    const own = (await slot())?.id as number;
    const other = await make();
    await ann.call("DELETE", `/deployment_slot/${own}/`);
    const third = await train({ deploy: "always" });
    expect(await slot()).toMatchObject({ id: other.id, modelId: third });
    await ann.call("DELETE", `/deployment_slot/${other.id}/`);
    const again = await make({ trained_model: first });
    expect(await slot()).toMatchObject({ id: again.id, modelId: first });
  });

  it("refuses what is not its project's, and its project to others", async () => {
    const { send, make, change, bob, ann } = await setUp();
    const { id } = await make();
    const world = await setUp();
    expect(await bodyOf(await send({ trained_model: world.first }))).toEqual({
      trained_model: ["Trained model does not belong to this project."],
    });
    expect(await bodyOf(await change(id, { trained_model: world.first }))).toEqual({
      trained_model: ["Trained model does not belong to this project."],
    });
    expect(await bodyOf(await send({}, bob))).toEqual({ project: ["Project not found."] });
    expect((await change(id, { weight: 1 }, bob)).status).toBe(404);
    for (const path of [`/deployment_slot/${id}/roll_back/`]) {
      expect((await bob.call("POST", path, {})).status).toBe(404);
    }
    expect((await bob.call("DELETE", `/deployment_slot/${id}/`)).status).toBe(404);
    const page = await bob.call("GET", `/slot_period/?slot=${id}`);
    expect((await readAs(pageOf(slotPeriodResponse), page)).results).toEqual([]);
    expect((await ann.call("GET", `/deployment_slot/${id}/`)).status).toBe(200);
    for (const weight of [-1, 101, "heavy", null]) expect((await change(id, { weight })).status).toBe(400);
  });
});

describe("a shadow", () => {
  it("is published beside the slots and takes no share", async () => {
    const { first, second, make, change, published } = await setUp();
    const { id } = await make({ is_shadow: true, shadow_rate: 0.3 });
    const manifest = await published();
    expect(manifest?.slots.map(({ model }) => model.id)).toEqual([first]);
    expect(manifest?.shadows).toMatchObject([{ id, name: "other", rate: 0.3, model: { id: second } }]);
    await change(id, { is_shadow: false });
    expect((await published())?.slots).toHaveLength(2);
    expect((await published())?.shadows).toBeUndefined();
  });

  it("is never the slot in which new models go live", async () => {
    const { slot, change, ann, make } = await setUp();
    const own = (await slot())?.id as number;
    expect(await bodyOf(await change(own, { is_shadow: true }))).toEqual({
      is_shadow: [expect.stringMatching(/New models go live in this slot/)],
    });
    await ann.call("DELETE", `/deployment_slot/${own}/`);
    await make({ is_shadow: true });
    expect(await slot()).toMatchObject({ isShadow: true, isDefault: false });
  });
});

describe("the settings of a project's traffic", () => {
  it("reach serving", async () => {
    const { ann, projectId, published } = await setUp();
    const path = `/project/${projectId}/`;
    const before = await readAs(projectResponse, await ann.call("GET", path));
    expect([before.slot_salt, before.slot_draw, before.impressions, before.impression_rate]).toEqual([
      "",
      "user",
      "client",
      1,
    ]);
    await ann.call("PATCH", path, { slot_salt: "spring", impressions: "automatic" });
    await ann.call("PATCH", path, { impression_rate: 0.25 });
    expect((await published())?.traffic).toEqual({
      slot_salt: "spring",
      impressions: "automatic",
      impression_rate: 0.25,
    });
    // What an object does not name is as in the K-pop service.
    await ann.call("PATCH", path, { cold_start: { weights: { tags: 0.4 } } });
    const weights = { community: 0.45, tags: 0.4, recency: 0.2, popularity: 0.1 };
    expect((await published())?.traffic).toMatchObject({
      cold_start: { threshold: 5, recency_days: 7, weights, item_community: "communityId" },
    });
    await ann.call("PATCH", path, { cold_start: null });
    expect((await readAs(projectResponse, await ann.call("GET", path))).cold_start).toBeNull();
    for (const wrong of [
      { slot_salt: "s".repeat(65) },
      { slot_salt: ["a"] },
      { slot_draw: "coin" },
      { impressions: "never" },
      { impression_rate: 1.5 },
      { cold_start: true },
      { cold_start: { weights: { tags: -1 } } },
      { cold_start: { weights: { community: 0, tags: 0, recency: 0, popularity: 0 } } },
      { cold_start: { threshold: 0 } },
      { cold_start: { unknown: 1 } },
    ]) {
      const refused = await ann.call("PATCH", path, wrong);
      expect([refused.status, Object.keys((await bodyOf(refused)) as object)]).toEqual([
        400,
        Object.keys(wrong),
      ]);
    }
  });
});
