import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { shelfOf } from "#jobs/item-shelf/shelf-object.ts";
import type { ItemWrite } from "#jobs/item-shelf/shelf-row.ts";
import { createShelfMemory } from "#recommend/items/shelf-memory.ts";
import { createArtifactKeyRing } from "#storage/artifact-signing.ts";
import { createArtifactStore } from "#storage/artifact-store.ts";
import { projectPrefix } from "#storage/keys.ts";
import { SHELF_SECRET } from "../../runtime/item-shelf.ts";

let projects = 500;

const put = (itemId: string, properties: object): ItemWrite => ({
  ...{ kind: "replace", itemId, isHidden: null, createdAt: null, isKnown: false },
  properties: properties as Record<string, unknown>,
});

function shelfWorld(secret = SHELF_SECRET) {
  projects += 1;
  const projectId = projects;
  const stub = () => env.ITEMS.get(env.ITEMS.idFromName(String(projectId)));
  const open = () => shelfOf(env.ITEMS as never, projectId);
  const write = (writes: ItemWrite[], isAtomic = false) =>
    open().write(projectId, { writes, isAtomic, schema: [] });
  const logged: string[] = [];
  /** What an isolate reads that knows nothing yet. */
  const read = async () => {
    const memory = createShelfMemory({
      shelf: () => open(),
      artifacts: createArtifactStore(env.STORE, () => createArtifactKeyRing([secret])),
      now: () => Date.now(),
      sleep: () => new Promise(() => undefined),
      keep: () => undefined,
      waitMs: 50,
      logError: (event) => void logged.push(event),
    });
    return (await memory.of(projectId)).view;
  };
  const keys = async () =>
    (await env.STORE.list({ prefix: `${projectPrefix(projectId)}items/` })).objects.map(({ key }) => key);
  const key = (seq: number) => `${projectPrefix(projectId)}items/${seq}.edgewise`;
  return { projectId, stub, open, write, read, keys, key, logged };
}

/** Ends the object, as the platform does with one that nobody calls, or a kill; its storage stays. */
async function evict(stub: () => ReturnType<typeof env.ITEMS.get>): Promise<void> {
  await runInDurableObject(stub(), (_object, state) => {
    state.abort("evicted");
  }).catch(() => undefined);
}

const many = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => put(`i${from + n}`, { n: from + n, title: `Item ${from + n}` }));

describe("an item shelf", () => {
  it("keeps what was written through a kill, and numbers changes on", async () => {
    const { write, stub, open, read } = shelfWorld();
    await write([put("a", { price: 1 }), put("b", { price: 2 })]);
    await evict(stub);
    expect(await write([put("a", { price: "cheap" })])).toMatchObject([
      { ok: false, refusal: { code: "type", expected: "number" } },
    ]);
    expect(await write([put("a", { price: 3 })])).toMatchObject([{ ok: true, row: { seq: 3 } }]);
    const view = await read();
    expect([view.seq, view.find("a")?.properties, view.columns]).toEqual([
      3,
      '{"price":3}',
      [{ name: "price", type: "number" }],
    ]);
    expect(await open().find(["b", "no"])).toMatchObject([{ itemId: "b" }, null]);
  });

  it("takes requests at the same time one after another, each whole", async () => {
    const { write, read } = shelfWorld();
    const writers = Array.from({ length: 20 }, (_, writer) =>
      write([put("a", { writer }), put("b", { writer })], true),
    );
    await Promise.all(writers);
    const view = await read();
    expect(view.seq).toBe(40);
    expect(view.find("a")?.properties).toBe(view.find("b")?.properties);
  });

  it("writes a snapshot when much has changed, and sends only what is newer", async () => {
    const { write, stub, open, read, keys, key } = shelfWorld();
    for (let from = 0; from < 3_000; from += 1_000) await write(many(1_000, from));
    expect(await runDurableObjectAlarm(stub())).toBe(true);
    expect(await keys()).toEqual([key(3_000)]);
    await write([put("i7", { n: -7 })]);
    const changes = await open().changes(0, false);
    expect(changes).toMatchObject({ seq: 3_001, rows: [], snapshot: { seq: 3_000 } });
    expect(await open().changes(3_000, false)).toMatchObject({ snapshot: null, rows: [{ itemId: "i7" }] });
    const view = await read();
    expect([...view.entries()]).toHaveLength(3_000);
    expect([view.seq, view.find("i7")?.properties, view.find("i8")?.properties]).toEqual([
      3_001,
      '{"n":-7}',
      '{"n":8,"title":"Item 8"}',
    ]);
  });

  it("deletes what a kill left of a snapshot, and keeps the one before for its readers", async () => {
    const { write, stub, keys, key } = shelfWorld();
    for (let from = 0; from < 3_000; from += 1_000) await write(many(1_000, from));
    // What a kill after the write leaves: a planned snapshot that is not in use.
    await env.STORE.put(key(2_999), "half");
    await runInDurableObject(stub(), (_object, { storage }) => {
      storage.sql.exec("UPDATE shelf SET planned_seq = 2999");
    });
    await evict(stub);
    await runDurableObjectAlarm(stub());
    expect(await keys()).toEqual([key(3_000)]);
    for (let from = 3_000; from < 6_000; from += 1_000) await write(many(1_000, from));
    await runDurableObjectAlarm(stub());
    expect((await keys()).sort()).toEqual([key(3_000), key(6_000)]);
    for (let from = 6_000; from < 9_000; from += 1_000) await write(many(1_000, from));
    await runDurableObjectAlarm(stub());
    expect((await keys()).sort()).toEqual([key(6_000), key(9_000)]);
  });

  it.each([
    ["lost", async (key: string) => env.STORE.delete(key)],
    ["damaged", async (key: string) => void (await env.STORE.put(key, "damaged"))],
  ])("sends all rows when its snapshot is %s", async (_name, harm) => {
    const { write, stub, read, key, logged } = shelfWorld();
    for (let from = 0; from < 3_000; from += 1_000) await write(many(1_000, from));
    await runDurableObjectAlarm(stub());
    await harm(key(3_000));
    const view = await read();
    expect([view.seq, [...view.entries()].length, logged]).toEqual([
      3_000,
      3_000,
      ["items_snapshot_refused"],
    ]);
  });

  it("lists rows by a text in id or properties and by state, a page at a time", async () => {
    const { write, open } = shelfWorld();
    await write([put("a", { title: "Blue jeans" }), put("blue", {}), put("c", {})]);
    const hide: ItemWrite = { ...(put("c", {}) as object), kind: "merge", isHidden: true } as ItemWrite;
    await write([hide]);
    const ids = async (query: object) =>
      (await open().list({ text: "", state: null, limit: 10, after: null, ...query })).map(
        (row) => row.itemId,
      );
    expect(await ids({ text: "BLUE" })).toEqual(["a", "blue"]);
    expect(await ids({ state: "hidden" })).toEqual(["c"]);
    expect(await ids({ limit: 2 })).toEqual(["a", "blue"]);
    expect(await ids({ limit: 2, after: "blue" })).toEqual(["c"]);
  });

  it("forgets everything, and readers begin again", async () => {
    const { write, open, read, projectId } = shelfWorld();
    await write([put("a", {})]);
    await open().forget(true);
    expect(await open().write(projectId, { writes: [put("b", {})], isAtomic: false, schema: [] })).toBeNull();
    expect((await read()).isEmpty).toBe(true);
    await open().forget(false);
    expect((await read()).isEmpty).toBe(true);
    await open().restore(projectId, [{ ...row("z"), seq: 99 }], [{ name: "p", type: "number" }]);
    const view = await read();
    expect([view.seq, view.find("z")?.properties, view.find("a")]).toEqual([1, "{}", null]);
  });
});

const row = (itemId: string) => ({
  itemId,
  properties: "{}",
  isPartial: false,
  state: "shown" as const,
  createdAt: 1,
  updatedAt: 1,
  newAt: 1,
});
