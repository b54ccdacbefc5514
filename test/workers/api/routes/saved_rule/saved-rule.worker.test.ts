import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import {
  MAX_SAVED_RULES,
  ruleImpactResponse,
  rulePreviewResponse,
  savedRuleResponse,
} from "#contract/saved-rule.ts";
import { savedRule } from "#db/rule-schema.ts";
import { findManifest } from "#storage/routing-store.ts";
import { bodyOf, createProject, join, readAs, testApi } from "../../../runtime/api.ts";
import { liveWorld } from "../../../runtime/live-models.ts";

async function setUp() {
  const api = testApi();
  await join(api);
  const ann = await join(api);
  const project = (await createProject(ann)).id;
  const save = (body: object) =>
    ann.call("POST", "/saved_rule/", {
      project,
      name: "sale",
      rule: "multiply 2 where item.price < 5",
      ...body,
    });
  const published = async () => (await findManifest(env.ROUTING, project))?.rules;
  return { api, ann, project, save, published };
}

describe("a saved rule", () => {
  it("reaches serving when it is saved, changed, switched off and deleted", async () => {
    const { ann, save, published } = await setUp();
    const times = { starts_at: "2026-11-27T00:00:00Z", ends_at: "2126-12-01T00:00:00Z" };
    const { id, kind } = await readAs(savedRuleResponse, await save({ priority: 4, ...times }), 201);
    expect(kind).toBe("boost");
    const [from, to] = [Date.parse(times.starts_at), Date.parse(times.ends_at)];
    const rule = { id, name: "sale", rule: "multiply 2 where item.price < 5", priority: 4, from, to };
    expect(await published()).toEqual([rule]);
    await ann.call("PATCH", `/saved_rule/${id}/`, { rule: "item.price < 9", ends_at: null });
    expect(await published()).toEqual([{ ...rule, rule: "item.price < 9", to: null }]);
    await ann.call("PATCH", `/saved_rule/${id}/`, { is_enabled: false });
    expect(await published()).toEqual([]);
    await ann.call("PATCH", `/saved_rule/${id}/`, { is_enabled: true });
    expect((await published())?.length).toBe(1);
    await ann.call("DELETE", `/saved_rule/${id}/`);
    expect(await published()).toEqual([]);
  });

  it("is refused with a field that no rule has, and nothing is saved", async () => {
    const { ann, project, save, published } = await setUp();
    const refused = await save({ start_at: "2126-12-01T00:00:00Z", prority: 3 });
    const unknown = ["There is no such field."];
    expect([refused.status, await bodyOf(refused)]).toEqual([400, { start_at: unknown, prority: unknown }]);
    expect(await published()).toBeUndefined();
    const saved = await readAs(savedRuleResponse, await save({}), 201);
    for (const method of ["PUT", "PATCH"]) {
      const change = (body: object) => ann.call(method, `/saved_rule/${saved.id}/`, { ...saved, ...body });
      const answer = await change({ name: "other", enabled: false });
      expect([answer.status, await bodyOf(answer)]).toEqual([400, { enabled: unknown }]);
      // An answer may be sent back: what nobody sets is ignored.
      const kept = await readAs(savedRuleResponse, await change({ name: method, kind: "pin", id: 0 }));
      expect([kept.name, kept.kind, kept.id, kept.project]).toEqual([method, "boost", saved.id, project]);
    }
  });

  it("cannot be over before it is in force", async () => {
    const { api, ann, save } = await setUp();
    const at = (ms: number) => new Date(api.deps.clock() + ms).toISOString();
    const refused = await save({ ends_at: at(-1_000) });
    expect([refused.status, await bodyOf(refused)]).toEqual([
      400,
      { ends_at: ["The rule would be over already: this time is in the past."] },
    ]);
    const { id, ends_at } = await readAs(savedRuleResponse, await save({ ends_at: at(60_000) }), 201);
    const change = async (body: object) => (await ann.call("PATCH", `/saved_rule/${id}/`, body)).status;
    expect([await change({ ends_at: at(-1) }), await change({ ends_at: at(90_000) })]).toEqual([400, 200]);
    expect(await change({ ends_at })).toBe(200);
    // A rule that has ended can still be renamed, with all its fields as they are.
    api.advance(120_000);
    expect(await change({ name: "old sale", ends_at })).toBe(200);
  });

  it("reaches serving in order of priority, then age", async () => {
    const { save, published } = await setUp();
    for (const [name, priority] of [
      ["a", 0],
      ["b", 5],
      ["c", 5],
    ] as const) {
      await save({ name, priority });
    }
    expect((await published())?.map(({ name }) => name)).toEqual(["b", "c", "a"]);
  });

  it("keeps a rule that no longer fits, so that it can be renamed and switched off", async () => {
    const { api, ann, save, published } = await setUp();
    const { id } = await readAs(savedRuleResponse, await save({}), 201);
    await api.deps.db.update(savedRule).set({ rule: "item.gone == 1" });
    const changed = await ann.call("PATCH", `/saved_rule/${id}/`, { name: "old", is_enabled: false });
    expect((await readAs(savedRuleResponse, changed)).name).toBe("old");
    expect(await published()).toEqual([]);
    const refused = await ann.call("PATCH", `/saved_rule/${id}/`, { rule: "item.gone == 2" });
    expect([refused.status, await bodyOf(refused)]).toEqual([
      400,
      { rule: ['Line 1, column 6: Items have no property "gone".'] },
    ]);
  });

  it("has a name of its own in its project, and may not move to another one", async () => {
    const { ann, save } = await setUp();
    const { id } = await readAs(savedRuleResponse, await save({}), 201);
    const again = await save({});
    expect([again.status, await bodyOf(again)]).toEqual([
      400,
      { name: ["A rule of this project has this name already."] },
    ]);
    const project = (await createProject(ann)).id;
    const moved = await ann.call("PATCH", `/saved_rule/${id}/`, { project });
    expect(await bodyOf(moved)).toEqual({ project: ["A rule stays in its project."] });
  });

  it("is one of a bounded number", async () => {
    const { api, project, save } = await setUp();
    const row = { projectId: project, kind: "filter", rule: "true", priority: 0, isEnabled: false } as const;
    for (let at = 0; at < MAX_SAVED_RULES; at++) {
      await api.deps.db.insert(savedRule).values({ ...row, name: `r${at}`, createdAt: 0, updatedAt: 0 });
    }
    const refused = await save({});
    expect(await bodyOf(refused)).toEqual({
      project: [`A project has at most ${MAX_SAVED_RULES} rules. Delete one first.`],
    });
  });

  it("leaves a mark for the cron when KV refuses it", async () => {
    const { api, project } = await setUp();
    await api.deps.db.insert(savedRule).values({
      projectId: project,
      name: "r",
      kind: "filter",
      rule: "true",
      priority: 0,
      isEnabled: true,
      createdAt: 0,
      updatedAt: 0,
    });
    const marks = async () =>
      (await env.DB.prepare("select name from routing_mark where kind = 'CHANGE'").all()).results.filter(
        ({ name }) => name === `project:${project}`,
      ).length;
    expect(await marks()).toBe(1);
    await api.deps.db.update(savedRule).set({ priority: 1 });
    await api.deps.db.delete(savedRule);
    expect(await marks()).toBe(3);
  });
});

describe("the preview of a rule", () => {
  it("refuses a text that is no rule, and needs a live version", async () => {
    const { ann, project } = await setUp();
    const preview = (body: object) =>
      ann.call("POST", `/project/${project}/rule_preview/`, {
        user_id: "u",
        rule: "item.price < 5",
        ...body,
      });
    const wrong = await preview({ rule: "item.prise < 5" });
    expect(wrong.status).toBe(400);
    expect(await bodyOf(wrong)).toMatchObject({
      rule: [expect.stringContaining("Did you mean item.price?")],
    });
    expect((await preview({})).status).toBe(409);
    expect((await preview({ user_id: "" })).status).toBe(400);
  });

  it("shows both lists of the live version, to who sees the project alone, and leaves no entry", async () => {
    const world = await liveWorld();
    const first = await world.tune({ winner: 0.5 });
    const path = `/project/${world.projectId}/rule_preview/`;
    const body = { user_id: "u", rule: "item.price < 5", limit: 2 };
    const shown = await readAs(rulePreviewResponse, await world.ann.call("POST", path, body));
    expect(shown).toMatchObject({ kind: "filter", model: first, version: 1, warnings: [] });
    expect(shown.without.map(({ item_id }) => item_id)).toEqual(["u0", "u1"]);
    expect(shown.with.map(({ item_id }) => item_id)).toEqual(["item.price < 50", "item.price < 51"]);
    expect((await world.bob.call("POST", path, body)).status).toBe(404);
    const log = await bodyOf(await world.ann.call("GET", `/audit_log/?project=${world.projectId}`));
    expect(JSON.stringify(log)).not.toContain("rule_preview");
  });

  it("counts whose lists change, for people who are the same each time, and leaves no entry", async () => {
    const world = await liveWorld();
    const model = await world.tune({ winner: 0.5 });
    const path = `/project/${world.projectId}/rule_impact/`;
    const count = async (body: object) =>
      readAs(ruleImpactResponse, await world.ann.call("POST", path, { rule: "item.price < 5", ...body }));
    const counted = await count({ people: 10, seed: 7 });
    const expected = { kind: "filter", model, version: 1, seed: 7, people: 10, changed: 5 };
    expect(counted).toEqual({ ...expected, mean_new_items: 1, emptied: 0 });
    expect(await count({ people: 10, seed: 7 })).toEqual(counted);
    expect((await world.bob.call("POST", path, { rule: "item.price < 5" })).status).toBe(404);
    for (const body of [{ rule: "item.prise < 5" }, { rule: "item.price < 5", people: 501 }]) {
      expect((await world.ann.call("POST", path, body)).status).toBe(400);
    }
    const log = await bodyOf(await world.ann.call("GET", `/audit_log/?project=${world.projectId}`));
    expect(JSON.stringify(log)).not.toContain("rule_impact");
  });
});
