/**
 * The management API, resource by resource, as clients see it: statuses, fields, texts, filters, pages. The differences between
 * resources are in `resource-cases.ts`.
 */
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { bodyOf, ORIGIN, type Person, readAs } from "../../runtime/api.ts";
import { READ_ONLY, RESOURCES, type ResourceCase } from "./resource-cases.ts";
import { type WalkPeople, type WalkWorld, walkPeople, walkWorld } from "./walk-world.ts";

const made = z.looseObject({ id: z.number() });
const page = z.object({
  count: z.number(),
  next: z.string().nullable(),
  previous: z.string().nullable(),
  results: z.array(made),
});
const MISSING = 999_999;
const ANONYMOUS = { detail: "Authentication credentials were not provided." };

const answer = async (response: Response) => [response.status, await bodyOf(response)];
const none = (model: string) => [404, { detail: `No ${model} matches the given query.` }];

let people: WalkPeople;
beforeAll(async () => {
  people = await walkPeople();
});

async function make(world: WalkWorld, { path, body }: ResourceCase): Promise<number> {
  return (await readAs(made, await world.ann.call("POST", `/${path}/`, body(world)), 201)).id;
}

const list = async (person: Person, path: string, query = "") =>
  readAs(page, await person.call("GET", `/${path}/${query}`));

describe.each(RESOURCES)("$path", (resource) => {
  const { path, model, schema, body, defaults, required, refused, change } = resource;

  it("is made from its required fields, with its defaults and exactly the fields of the contract", async () => {
    const world = await walkWorld(people);
    const least = body(world);
    const created = await readAs(made, await world.ann.call("POST", `/${path}/`, least), 201);
    expect(created).toMatchObject({ ...least, ...defaults });
    const shown = await bodyOf(await world.ann.call("GET", `/${path}/${created.id}/`));
    expect(Object.keys(shown as object).sort()).toEqual(
      Object.keys((schema as z.ZodObject).shape)
        .filter((field) => field !== "key")
        .sort(),
    );
    expect(schema.safeParse(shown).error).toBeUndefined();
  });

  it("says which fields are missing", async () => {
    const { ann } = people;
    const response = await ann.call("POST", `/${path}/`, {});
    if (required === null) expect(response.status).toBe(201);
    else expect(await answer(response)).toEqual([400, required]);
  });

  it.each(refused)("refuses %j, and stores nothing", async (odd, errors) => {
    const world = await walkWorld(people);
    const before = (await list(world.ann, path)).count;
    const refusedBody = { ...body(world), ...odd };
    expect(await answer(await world.ann.call("POST", `/${path}/`, refusedBody))).toEqual([400, errors]);
    expect((await list(world.ann, path)).count).toBe(before);
  });

  it("does not exist for other accounts, and is not in their lists", async () => {
    const world = await walkWorld(people);
    const id = await make(world, resource);
    for (const method of ["GET", "PATCH", "DELETE"]) {
      const sent = method === "PATCH" ? {} : undefined;
      expect(await answer(await world.stranger.call(method, `/${path}/${id}/`, sent))).toEqual(none(model));
      expect(await answer(await world.ann.call(method, `/${path}/${MISSING}/`, sent))).toEqual(none(model));
      expect(await answer(await world.ann.call(method, `/${path}/abc/`, sent))).toEqual([
        404,
        { detail: "Not found." },
      ]);
    }
    expect((await list(world.stranger, path)).count).toBe(0);
    expect((await world.ann.call("GET", `/${path}/${id}/`)).status).toBe(200);
    expect((await world.staff.call("GET", `/${path}/${id}/`)).status).toBe(200);
  });

  it("requires authentication", async () => {
    const { api } = people;
    for (const [method, target] of [
      ["GET", `/${path}/`],
      ["POST", `/${path}/`],
      ["GET", `/${path}/1/`],
      ["DELETE", `/${path}/1/`],
    ] as const) {
      const response = await api.fetch(`/api/v1${target}`, { method });
      expect(response.headers.get("www-authenticate")).toBe("X-API-Key");
      expect(await answer(response)).toEqual([401, ANONYMOUS]);
    }
  });

  it("is found by its filters, and unknown filters are ignored", async () => {
    const world = await walkWorld(people);
    const id = await make(world, resource);
    const idFilter = resource.badFilters.some(([query]) => query.startsWith("id=")) ? ["color=red"] : [];
    for (const query of [...resource.filters(world), ...idFilter]) {
      const { results } = await list(world.ann, path, `?${query}`);
      expect(results.map((row) => row.id)).toContain(id);
    }
    if (idFilter.length === 0) return;
    expect((await list(world.ann, path, `?id=${id}`)).results.map((row) => row.id)).toEqual([id]);
    expect((await list(world.ann, path, `?id=${MISSING}`)).results).toEqual([]);
  });

  it.each(resource.badFilters)("refuses the filter %s", async (query, errors) => {
    const { ann } = people;
    expect(await answer(await ann.call("GET", `/${path}/?${query}`))).toEqual([400, errors]);
  });

  it("is listed newest first, page by page, with links that keep the query", async () => {
    const world = await walkWorld(people);
    // A project has one schedule, so its list gets its second row from a second project.
    const first = await make(world, resource);
    const elsewhere = path === "retraining_schedule" ? await otherProject(world) : world;
    const second = await make(elsewhere, resource);
    const all = await list(world.ann, path);
    const ids = all.results.map((row) => row.id);
    expect(ids).toEqual(ids.toSorted((a, b) => b - a));
    expect(ids.slice(0, 2)).toEqual([second, first]);
    for (const page of ["999999", "abc", "0"]) {
      expect(await answer(await world.ann.call("GET", `/${path}/?page=${page}`))).toEqual([
        404,
        { detail: "Invalid page." },
      ]);
    }
    for (const size of ["0", "abc"]) {
      expect((await list(world.ann, path, `?page_size=${size}`)).results).toHaveLength(ids.length);
    }
    const one = await list(world.ann, path, "?color=red&page_size=1");
    if (path === "project") expect(one.results).toHaveLength(ids.length);
    else {
      expect(one.results.map((row) => row.id)).toEqual([second]);
      expect(one.next).toBe(`${ORIGIN}/api/v1/${path}/?color=red&page=2&page_size=1`);
      const two = await list(world.ann, path, "?color=red&page=2&page_size=1");
      expect(two.previous).toBe(`${ORIGIN}/api/v1/${path}/?color=red&page_size=1`);
    }
  });

  const canChange = Object.keys(change[0]).length > 0;
  if (canChange)
    it("is changed in one field, and keeps the others", async () => {
      const world = await walkWorld(people);
      const id = await make(world, resource);
      const before = (await bodyOf(await world.ann.call("GET", `/${path}/${id}/`))) as object;
      const changed = await readAs(made, await world.ann.call("PATCH", `/${path}/${id}/`, change[0]));
      expect(changed).toMatchObject(change[1]);
      const kept = Object.keys(before).filter(
        (field) => !(field in change[0]) && !["updated_at", "next_runs"].includes(field),
      );
      for (const field of kept) {
        expect([field, changed[field]]).toEqual([field, before[field as keyof typeof before]]);
      }
    });

  it("is deleted, and then is a 404", async () => {
    const world = await walkWorld(people);
    const id = await make(world, resource);
    const deleted = await world.ann.call("DELETE", `/${path}/${id}/`);
    expect([deleted.status, await deleted.text()]).toEqual([204, ""]);
    expect(await answer(await world.ann.call("GET", `/${path}/${id}/`))).toEqual(none(model));
  });
});

async function otherProject(world: WalkWorld): Promise<WalkWorld> {
  const body = { name: `other ${world.project}`, user_column: "u", item_column: "i" };
  const { id } = await readAs(made, await world.ann.call("POST", "/project/", body), 201);
  return { ...world, project: id };
}

describe.each(READ_ONLY)("$path", ({ path, model }) => {
  it("is read-only", async () => {
    const { ann } = await walkPeople();
    expect(await list(ann, path)).toMatchObject({ next: null, previous: null });
    expect(await answer(await ann.call("GET", `/${path}/${MISSING}/`))).toEqual(none(model));
    for (const [method, target] of [
      ["POST", ""],
      ["PUT", "1/"],
      ["PATCH", "1/"],
      ["DELETE", "1/"],
    ] as const) {
      const response = await ann.call(method, `/${path}/${target}`, method === "DELETE" ? undefined : {});
      expect(await answer(response)).toEqual([405, { detail: `Method "${method}" not allowed.` }]);
    }
  });
});

describe("references", () => {
  it.each([
    [
      "parameter_tuning_job",
      "data",
      (world: WalkWorld) => ({ data: world.data, split: world.split, evaluation: world.evaluation }),
    ],
    [
      "trained_model",
      "data_loc",
      (world: WalkWorld) => ({ data_loc: world.data, configuration: world.configuration }),
    ],
    ["api_keys", "project", (world: WalkWorld) => ({ project: world.project, name: "k", scopes: ["read"] })],
    ["retraining_schedule", "project", (world: WalkWorld) => ({ project: world.project })],
    ["saved_rule", "project", (world: WalkWorld) => ({ project: world.project, name: "r", rule: "true" })],
    [
      "model_configuration",
      "project",
      (world: WalkWorld) => ({ project: world.project, recommender_class_name: "TopPopRecommender" }),
    ],
  ] as const)(
    "%s refuses another owner's row exactly as one that does not exist",
    async (path, field, body) => {
      const world = await walkWorld(people);
      const foreign = await answer(await world.stranger.call("POST", `/${path}/`, body(world)));
      const missing = await answer(
        await world.stranger.call("POST", `/${path}/`, { ...body(world), [field]: MISSING }),
      );
      expect(foreign[0]).toBe(400);
      expect((foreign[1] as Record<string, string[]>)[field]).toHaveLength(1);
      const generic = (text: unknown) => String(text).replaceAll(/\d+/g, "N");
      expect(generic((missing[1] as Record<string, string[]>)[field])).toBe(
        generic((foreign[1] as Record<string, string[]>)[field]),
      );
    },
  );
});
