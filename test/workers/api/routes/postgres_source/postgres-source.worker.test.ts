import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { postgresSourceResponse } from "#contract/postgres-source.ts";
import { account } from "#db/schema.ts";
import { postgresSource } from "#db/source-schema.ts";
import { DatabaseProblem } from "#platform/postgres.ts";
import { readDueSources } from "#services/sources/postgres-sources.ts";
import { readSource } from "#services/sources/read-source.ts";
import { bodyOf, createProject, join, readAs, testApi } from "../../../runtime/api.ts";
import { FakeDatabase, FakeIntake } from "./source-world.ts";

const LIKES = {
  ...{ table: "likes", key_column: "id", user_column: "u", item_column: "i", cursor_column: "at" },
  event_type: "like",
};

async function setUp() {
  const database = new FakeDatabase();
  const intake = new FakeIntake();
  const connections = new Map([["default", "postgres://reader:secret@db/shop"]]);
  const api = testApi({ connections, openDatabase: database.open, intake });
  const boss = await join(api);
  await api.deps.db.update(account).set({ isStaff: true }).where(eq(account.username, boss.username));
  const ann = await join(api);
  const project = (await createProject(boss)).id;
  const save = (body: object) =>
    boss.call("POST", "/postgres_source/", { project, name: "shop", interactions: [LIKES], ...body });
  const add = (count: number, from = database.rows.length + 1) => {
    for (let id = from; id < from + count; id++)
      database.rows.push({ id, at: id * 10_000, u: `u${id}`, i: "i1" });
  };
  return { api, boss, ann, project, database, intake, save, add };
}

type World = Awaited<ReturnType<typeof setUp>>;

const read = async ({ boss }: World, id: number) =>
  readAs(postgresSourceResponse, await boss.call("POST", `/postgres_source/${id}/read/`));

describe("a PostgreSQL source", () => {
  it("reads each row once, also rows that come later and those with an earlier cursor", async () => {
    const world = await setUp();
    world.add(25);
    const { id, counts } = await readAs(postgresSourceResponse, await world.save({}), 201);
    expect(counts.events).toBe(0);
    expect((await read(world, id)).counts).toMatchObject({ events: 25, rejected: 0 });
    world.add(1);
    // Its transaction ended late.
    world.database.rows.push({ id: 100, at: 249_500, u: "late", i: "i1" });
    expect((await read(world, id)).counts).toMatchObject({ events: 27, rejected: 0 });
    expect((await read(world, id)).counts.events).toBe(27);
    expect(world.intake.takenEvents.size).toBe(27);
    expect(world.intake.takenEvents.get("likes/100")).toEqual({
      ...{ type: "like", user_id: "late", item_id: "i1", event_id: "likes/100" },
    });
    expect(world.database.closed).toBe(world.database.opened);
  });

  it("counts a row that cannot be taken once, and names it", async () => {
    const world = await setUp();
    world.add(3);
    world.database.rows.push({ id: 4, at: 30_500, u: "x", i: null });
    const { id } = await readAs(postgresSourceResponse, await world.save({}), 201);
    await read(world, id);
    const { counts, rejected } = await read(world, id);
    expect(counts).toMatchObject({ events: 3, rejected: 1 });
    expect(rejected).toEqual([{ table: "likes", key: "4", reason: "item_id: no text" }]);
  });

  it("reads a page again whose storing was not answered", async () => {
    const world = await setUp();
    world.add(5);
    const { id } = await readAs(postgresSourceResponse, await world.save({}), 201);
    world.intake.losesAnswer = true;
    await expect(readSource(world.api.deps, id)).rejects.toThrow("the answer is lost");
    const [row] = await world.api.deps.db.select().from(postgresSource).where(eq(postgresSource.id, id));
    expect(row).toMatchObject({ status: "FAILED", leaseUntil: 0, counts: { events: 0 } });
    expect(await read(world, id)).toMatchObject({ status: "IDLE", error: null, counts: { events: 5 } });
    expect(world.intake.takenEvents.size).toBe(5);
  });

  it("is read by one Worker at a time, and by another one when that is gone", async () => {
    const world = await setUp();
    world.add(2);
    const { id } = await readAs(postgresSourceResponse, await world.save({}), 201);
    const held = { leaseUntil: world.api.deps.clock() + 10_000 };
    await world.api.deps.db.update(postgresSource).set(held).where(eq(postgresSource.id, id));
    expect((await read(world, id)).counts.events).toBe(0);
    const refused = await world.boss.call("PATCH", `/postgres_source/${id}/`, { name: "other" });
    expect(refused.status).toBe(400);
    world.api.advance(10_001);
    expect((await read(world, id)).counts.events).toBe(2);
  });

  it("is read when it is due, and says what the database refuses", async () => {
    const world = await setUp();
    world.add(2);
    const { id } = await readAs(postgresSourceResponse, await world.save({ every_minutes: 1 }), 201);
    const shown = async () =>
      readAs(postgresSourceResponse, await world.boss.call("GET", `/postgres_source/${id}/`));
    await readDueSources(world.api.deps);
    expect((await shown()).counts.events).toBe(2);
    world.add(1);
    await readDueSources(world.api.deps);
    expect((await shown()).counts.events).toBe(2);
    world.api.advance(60_000);
    world.database.problem = new DatabaseProblem("The database does not answer.");
    await readDueSources(world.api.deps);
    expect(await shown()).toMatchObject({ status: "FAILED", error: "The database does not answer." });
    world.database.problem = null;
    world.api.advance(60_000);
    await readDueSources(world.api.deps);
    expect(await shown()).toMatchObject({ status: "IDLE", error: null, counts: { events: 3 } });
    await world.boss.call("PATCH", `/postgres_source/${id}/`, { is_enabled: false });
    world.add(1);
    world.api.advance(60_000);
    await readDueSources(world.api.deps);
    expect((await shown()).counts.events).toBe(3);
  });

  it.each([
    [{ connection: "x" }, { connection: ['The deployment has no connection "x". It has: default.'] }],
    [{ interactions: [] }, { interactions: ["Give a preset, or tables to read."] }],
    [
      { preset: "kpop" },
      { preset: ["A preset says which tables are read: leave out interactions, items and users."] },
    ],
    [{ interactions: [{ ...LIKES, table: "lik" }] }, { interactions: ['The database has no table "lik".'] }],
    [
      { interactions: [{ ...LIKES, user_column: "x" }] },
      { interactions: ['The table "likes" has no column "x". It has: id, at, u, i.'] },
    ],
    [
      { interactions: [{ ...LIKES, key_column: "u" }] },
      { interactions: ['"u" of the table "likes" has no unique index: two rows could have the same key.'] },
    ],
    [
      { interactions: [{ ...LIKES, cursor_column: "u" }] },
      { interactions: ['"u" of the table "likes" is text; a time or number is needed.'] },
    ],
    [
      { interactions: [{ ...LIKES, event_type: null }] },
      { interactions: ['The table "likes" needs either event_type or event_type_column.'] },
    ],
  ])("with %j is refused with what is wrong", async (body, answer) => {
    const { save } = await setUp();
    const refused = await save(body);
    expect([refused.status, await bodyOf(refused)]).toEqual([400, answer]);
  });

  it("belongs to staff, and shows no password", async () => {
    const { ann, boss, save } = await setUp();
    const own = (await createProject(ann)).id;
    const body = { project: own, name: "mine", interactions: [LIKES] };
    expect((await ann.call("POST", "/postgres_source/", body)).status).toBe(403);
    const saved = await save({});
    expect(await saved.clone().text()).not.toContain("secret");
    const { id } = await readAs(postgresSourceResponse, saved, 201);
    expect((await ann.call("GET", `/postgres_source/${id}/`)).status).toBe(404);
    expect((await ann.call("POST", `/postgres_source/${id}/read/`)).status).toBe(404);
    expect((await boss.call("DELETE", `/postgres_source/${id}/`)).status).toBe(204);
  });
});
