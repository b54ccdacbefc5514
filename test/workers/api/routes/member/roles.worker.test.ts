/** What each role may do, route by route: every route of the API's own description that changes something is tried. */
import { beforeAll, describe, expect, it } from "vitest";
import type { buildDocument } from "#api/openapi/build-document.ts";
import { type Person, testApi } from "../../../runtime/api.ts";
import { contentsOf, type RoleWorld, type Rows, roleWorld, rowsOf } from "./role-world.ts";

interface Change {
  readonly method: string;
  /** With `{…}` for ids. */
  readonly path: string;
}

async function allChanges(): Promise<Change[]> {
  const response = await testApi().fetch("/api/v1/schema/?format=json");
  const { paths } = (await response.json()) as ReturnType<typeof buildDocument>;
  return Object.entries(paths as Record<string, Record<string, { security?: unknown[] }>>)
    .filter(([path]) => path.startsWith("/api/v1/"))
    .flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([method, { security }]) => method !== "get" && security === undefined)
        .map(([method]) => ({ method: method.toUpperCase(), path: path.slice("/api/v1".length) })),
    );
}

/** Routes of one's own account, and of projects that do not exist yet. */
const OWN = [
  /^\/auth\//,
  /^\/users\//,
  /^\/invitation\//,
  /^\/(project|split_config|evaluation_config|project_import)\/$/,
];
/** They answer a question and change nothing; leaving is every member's right. */
const OF_VIEWERS = [
  "/parameter_tuning_job/estimate/",
  "/trained_model/estimate/",
  "/training_data/estimate/",
  "/project/{id}/rule_preview/",
  "/project/{id}/rule_impact/",
  "/project/{id}/interaction_weights/preview/",
  "/trained_model/{id}/recommend_using_profile_interaction/",
  "/project/{id}/leave/",
];
const OF_OWNERS = [
  /^DELETE \/project\/\{id\}\/$/,
  /\/erase_person\/$/,
  /\/members\//,
  /\/invitations\//,
  /^\w+ \/api_keys\//,
];

const changes = (await allChanges()).filter(
  ({ path }) => !OWN.some((form) => form.test(path)) && !OF_VIEWERS.includes(path),
);
const nameOf = ({ method, path }: Change) => `${method} ${path}`;
const ofOwners = changes.filter((change) => OF_OWNERS.some((form) => form.test(nameOf(change))));

/** Bodies of routes whose address names no row: they name the project, or rows of it. */
function bodies(rows: Rows): Readonly<Record<string, unknown>> {
  const project = rows.project;
  const slot = rows.deployment_slot ?? 0;
  const study = { data: rows.training_data, split: rows.split_config, evaluation: rows.evaluation_config };
  const event = { project, deployment_slot: slot, user_id: "u", item_id: "i", event_type: "click" };
  return {
    "/api_keys/": { project, name: "mine", scopes: ["read"] },
    "/model_configuration/": { project, recommender_class_name: "TopPopRecommender" },
    "/parameter_tuning_job/": study,
    "/trained_model/": { data_loc: rows.training_data, configuration: rows.model_configuration },
    "/deployment_slot/": { project, name: "another", trained_model: rows.trained_model },
    "/ab_test/": { project, name: "t", control_slot: slot, variant_slot: slot },
    "/experiment/": { project, name: "e", variants: [{ slot }, { slot: slot + 1 }] },
    "/saved_rule/": { project, name: "r", rule: 'pin item.id == "a" at 1' },
    "/postgres_source/": { project, name: "p", connection: "c", preset: "kpop" },
    "/retraining_schedule/": { project },
    "/webhook_endpoint/": { project, url: "https://hooks.test/" },
    "/conversion_event/": event,
    "/conversion_event/batch/": { events: [event] },
    "/uploads/": { project, kind: "training_data", filename: "a.csv", size: 3 },
  };
}

const FILES = ["/training_data/", "/item_meta_data/", "/user_meta_data/"];

/** Sends what would be a change: with ids of the project's own rows. */
async function attempt(world: RoleWorld, rows: Rows, person: Person, { method, path }: Change) {
  const resource = path.split("/")[1] ?? "";
  const target = path.replaceAll(/\{\w+\}/g, (_, at: number) =>
    String(at <= resource.length + 2 ? rows[resource] : 1),
  );
  if (method === "POST" && FILES.includes(path)) {
    const form = new FormData();
    form.set("project", String(world.project));
    form.set("file", new File(["user,item\na,b\n"], "a.csv"));
    const authorization = `Bearer ${person.session.access}`;
    return world.api.fetch(`/api/v1${path}`, { method, body: form, headers: { authorization } });
  }
  const body = method === "DELETE" ? undefined : (bodies(rows)[path] ?? {});
  return person.call(method, target, body);
}

describe("roles", () => {
  let world: RoleWorld;
  let rows: Rows;
  let before: string;
  beforeAll(async () => {
    world = await roleWorld();
    rows = await rowsOf(world);
    before = await contentsOf(world.project);
  });

  it("finds routes of every kind", () => {
    expect(changes.length).toBeGreaterThan(80);
    expect(ofOwners.length).toBeGreaterThan(9);
  });

  it.each(changes.map((change) => [nameOf(change), change] as const))(
    "a viewer is refused %s",
    async (_name, change) => {
      const response = await attempt(world, rows, world.viewer, change);
      expect([response.status, await response.text()]).toEqual([403, expect.any(String)]);
    },
  );

  it("nothing of the project has changed by what a viewer tried", async () => {
    expect(await contentsOf(world.project)).toBe(before);
  });

  it.each(ofOwners.map((change) => [nameOf(change), change] as const))(
    "an editor is refused %s",
    async (_name, change) => {
      const response = await attempt(world, rows, world.editor, change);
      expect([response.status, await response.json()]).toEqual([
        403,
        { detail: "Only owners of this project may do this. Ask an owner." },
      ]);
    },
  );

  it.each(changes.map((change) => [nameOf(change), change] as const))(
    "a stranger does not learn that there is something at %s",
    async (_name, change) => {
      const response = await attempt(world, rows, world.stranger, change);
      if (change.path.startsWith("/conversion_event/") && change.method === "POST") {
        // As in Recotem, whether the project exists or not.
        expect(await response.json()).toEqual({ detail: "You do not own this project" });
        return;
      }
      if (nameOf(change) === "POST /postgres_source/") {
        expect(response.status, "only administrators name a database").toBe(403);
        return;
      }
      const hasId = change.path.includes("{");
      expect([response.status, await response.text()]).toEqual([hasId ? 404 : 400, expect.any(String)]);
    },
  );

  it("nothing of the project has changed by what editors and strangers tried", async () => {
    expect(await contentsOf(world.project)).toBe(before);
  });

  it("a viewer reads all that an owner reads", async () => {
    for (const [resource, id] of Object.entries(rows)) {
      if (resource === "uploads") continue;
      const asOwner = await world.owner.call("GET", `/${resource}/${id}/`);
      const asViewer = await world.viewer.call("GET", `/${resource}/${id}/`);
      expect([resource, asViewer.status]).toEqual([resource, 200]);
      expect(await asViewer.json()).toEqual(await asOwner.json());
      expect([resource, (await world.stranger.call("GET", `/${resource}/${id}/`)).status]).toEqual([
        resource,
        404,
      ]);
    }
  });

  it("an editor changes the project, its rules and its configurations", async () => {
    const { editor, project } = world;
    expect((await editor.call("PATCH", `/project/${project}/`, { time_column: "at" })).status).toBe(200);
    const rule = { project, name: "by the editor", rule: 'pin item.id == "a" at 1' };
    expect((await editor.call("POST", "/saved_rule/", rule)).status).toBe(201);
    const configuration = { project, recommender_class_name: "TopPopRecommender" };
    expect((await editor.call("POST", "/model_configuration/", configuration)).status).toBe(201);
  });

  it("an editor uses a split of the owner, and does not change it", async () => {
    const { editor } = world;
    const study = { data: rows.training_data, split: rows.split_config, evaluation: rows.evaluation_config };
    expect((await editor.call("POST", "/parameter_tuning_job/", study)).status).toBe(201);
    const change = await editor.call("PATCH", `/split_config/${rows.split_config}/`, { random_seed: 7 });
    expect([change.status, await change.json()]).toEqual([
      403,
      { detail: expect.stringContaining("belongs to another account") },
    ]);
  });
});
