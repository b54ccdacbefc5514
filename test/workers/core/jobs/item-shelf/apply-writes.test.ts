import { describe, expect, it } from "vitest";
import { MAX_WRITTEN_BYTES, MAX_WRITTEN_ITEMS, MAX_WRITTEN_PROPERTIES } from "#contract/limits.ts";
import { applyWrites } from "#jobs/item-shelf/apply-writes.ts";
import type { ItemWrite, ShelfRow, WriteRequest, WrittenColumn } from "#jobs/item-shelf/shelf-row.ts";

type Properties = Record<string, unknown>;

const put = (itemId: string, properties: Properties, more: object = {}): ItemWrite => ({
  ...{ kind: "replace", itemId, properties, isHidden: null, createdAt: null, isKnown: false },
  ...more,
});
const patch = (itemId: string, properties: Properties, more: object = {}) =>
  put(itemId, properties, { kind: "merge", ...more });
const remove = (itemId: string, isKnown = false): ItemWrite => ({ kind: "delete", itemId, isKnown });

/** A shelf that takes requests one after another; each at its own time, from 1. */
function shelf(limits: { rows?: number; bytes?: number } = {}) {
  const rows = new Map<string, ShelfRow>();
  const columns: WrittenColumn[] = [];
  let now = 0;
  const send = (writes: ItemWrite[], more: Partial<WriteRequest> = {}) => {
    now += 1;
    const seq = Math.max(0, ...[...rows.values()].map((row) => row.seq));
    const find = (id: string) => rows.get(id) ?? null;
    const before = { find, columns, seq, rows: limits.rows ?? rows.size, bytes: limits.bytes ?? 0 };
    const after = applyWrites(before, { writes, isAtomic: false, schema: [], ...more }, now);
    for (const row of after.changed) rows.set(row.itemId, row);
    columns.push(...after.added);
    return after.results.map((result) =>
      result.ok ? (result.isUnchanged ? "unchanged" : result.row.seq) : result.refusal.code,
    );
  };
  const properties = (id: string) => JSON.parse(rows.get(id)?.properties ?? "null") as Properties;
  return { send, rows, columns, properties };
}

describe("writes of items", () => {
  it("replace an item as a whole, without properties that are null", () => {
    const { send, rows, properties } = shelf();
    expect(send([put("a", { price: 1, brand: "x" })])).toEqual([1]);
    expect(send([put("a", { price: 2, brand: null })])).toEqual([2]);
    expect(properties("a")).toEqual({ price: 2 });
    expect(rows.get("a")).toMatchObject({ isPartial: false, state: "shown", createdAt: 1, updatedAt: 2 });
  });

  it("merge into what was written, and null removes a property", () => {
    const { send, rows, properties } = shelf();
    send([put("a", { price: 1, brand: "x" })]);
    send([patch("a", { price: null, stock: 3 })]);
    expect(properties("a")).toEqual({ brand: "x", stock: 3 });
    expect(rows.get("a")?.isPartial).toBe(false);
  });

  it("keep of an item of a file what changes it, with what is removed", () => {
    const { send, rows, properties } = shelf();
    send([patch("f", { price: 1 }, { isKnown: true })]);
    send([patch("f", { title: null }, { isKnown: true })]);
    expect(properties("f")).toEqual({ price: 1, title: null });
    expect(rows.get("f")?.isPartial).toBe(true);
  });

  it("refuse to change or delete what nothing has, and what is deleted", () => {
    const { send, rows } = shelf();
    expect(send([patch("no", {}), remove("no")])).toEqual(["unknown", "unknown"]);
    send([put("a", { price: 1 })]);
    expect(send([remove("a")])).toEqual([2]);
    expect(rows.get("a")).toMatchObject({ state: "deleted", properties: "{}" });
    // A file may have it still: it stays deleted.
    expect(send([patch("a", {}, { isKnown: true }), remove("a", true)])).toEqual(["unknown", "unknown"]);
    expect(send([put("a", { price: 3 })])).toEqual([3]);
    expect(rows.get("a")).toMatchObject({ state: "shown", createdAt: 5 });
    expect(send([remove("of a file", true)])).toEqual([4]);
  });

  it("hide an item until a request shows it, also through a replacement", () => {
    const { send, rows } = shelf();
    send([put("a", { price: 1 })]);
    send([patch("a", {}, { isHidden: true })]);
    send([put("a", { price: 2 })]);
    expect(rows.get("a")?.state).toBe("hidden");
    send([put("a", { price: 2 }, { isHidden: false })]);
    expect(rows.get("a")?.state).toBe("shown");
  });

  it("store nothing for what is so already", () => {
    const { send, rows } = shelf();
    send([put("a", { price: 1 })]);
    expect(send([put("a", { price: 1 }), patch("a", {})])).toEqual(["unchanged", "unchanged"]);
    expect(rows.get("a")).toMatchObject({ seq: 1, updatedAt: 1 });
  });

  it("follow one another within a request, and make one row of an item", () => {
    const { send, rows, properties } = shelf();
    expect(send([put("a", { n: 1 }), put("b", {}), patch("a", { m: 2 }), remove("b")])).toEqual([1, 2, 3, 4]);
    expect([...rows.values()].map(({ itemId, seq }) => [itemId, seq])).toEqual([
      ["a", 3],
      ["b", 4],
    ]);
    expect(properties("a")).toEqual({ n: 1, m: 2 });
  });

  it("store all or nothing if they are atomic", () => {
    const { send, rows, columns } = shelf();
    const writes = [put("a", { price: 1 }), patch("no", {})];
    expect(send(writes, { isAtomic: true })).toEqual([1, "unknown"]);
    expect([rows.size, columns]).toEqual([0, []]);
    expect(send(writes)).toEqual([1, "unknown"]);
    expect(rows.size).toBe(1);
  });
});

describe("the types of written properties", () => {
  it.each([
    [1, "number"],
    [true, "boolean"],
    ["x", "string"],
    ["12", "string"],
    ["2026-01-31", "date"],
    ["2026-01-31T10:00:00Z", "date"],
    ["2026-01-31 is a date", "string"],
    ["x".repeat(100), "text"],
    [["a", "b"], "tags"],
    [[{}], "object"],
    [{ a: 1 }, "object"],
  ])("begin with the first value: %j", (value, type) => {
    const { send, columns } = shelf();
    send([put("a", { p: value, q: null, r: "", s: [] })]);
    expect(columns).toEqual([{ name: "p", type }]);
  });

  it("refuse a value of another type, within a request as well", () => {
    const { send, properties } = shelf();
    expect(
      send([put("a", { price: 1 }), put("b", { price: "cheap" }), put("c", { price: { eur: 1 } })]),
    ).toEqual([1, "type", "type"]);
    expect(send([put("a", { price: "cheap" })])).toEqual(["type"]);
    expect(properties("a")).toEqual({ price: 1 });
    // As files write it, and no value at all.
    expect(send([put("a", { price: "2.5" }), put("b", { price: null })])).toEqual([2, 3]);
  });

  it("are those of the uploaded file where it has the property", () => {
    const { send, columns } = shelf();
    const schema = [{ name: "price", type: "string" as const }];
    expect(send([put("a", { price: "cheap" }), put("b", { price: 3 })], { schema })).toEqual([1, 2]);
    expect(send([put("c", { price: ["a"] })], { schema })).toEqual(["type"]);
    expect(columns).toEqual([]);
  });

  it("are not learnt from an item that is refused", () => {
    const { send, columns } = shelf();
    send([put("a", { price: 1 })]);
    expect(send([put("b", { fresh: 1, price: "x" })])).toEqual(["type"]);
    expect(columns.map(({ name }) => name)).toEqual(["price"]);
  });
});

describe("the time since when an item is new", () => {
  it.each([
    ["its first request", {}, {}, 1],
    ["the request's own time", {}, { createdAt: 77 }, 77],
    ["a date among its properties", { released: "1970-01-02" }, { createdAt: 77 }, 86_400_000],
    ["no text that is no date", { date: "soon" }, {}, 1],
  ])("is %s", (_name, properties, more, at) => {
    const { send, rows } = shelf();
    send([put("a", properties, more)]);
    send([patch("a", { n: 1 })]);
    expect(rows.get("a")?.newAt).toBe(at);
  });
});

describe("the bounds of a project", () => {
  it.each([
    ["items", { rows: MAX_WRITTEN_ITEMS }],
    ["bytes", { bytes: MAX_WRITTEN_BYTES - 10 }],
  ])("refuse more %s", (_name, limits) => {
    expect(shelf(limits).send([put("abc", { price: 1 })])).toEqual(["full"]);
  });

  it("hold for an item that is written in several parts", () => {
    const { send, rows } = shelf();
    const part = (from: number) =>
      Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`p${from + at}`, 1]));
    expect(send([put("a", part(0))])).toEqual([1]);
    expect(send([patch("a", part(60))])).toEqual(["full"]);
    expect(send([patch("a", part(40))])).toEqual([2]);
    expect(Object.keys(JSON.parse(rows.get("a")?.properties ?? ""))).toHaveLength(100);
  });

  it("let a full project shrink", () => {
    const full = shelf({ bytes: MAX_WRITTEN_BYTES + 5 });
    full.rows.set("a", { ...(row("a", { text: "long".repeat(9) }) as ShelfRow) });
    expect(full.send([put("a", { text: "short" })])).toEqual([2]);
  });

  it("refuse more names of properties", () => {
    const { send, columns } = shelf();
    const names = Array.from({ length: MAX_WRITTEN_PROPERTIES }, (_, at) => [`p${at}`, 1]);
    send([put("a", Object.fromEntries(names))]);
    expect(columns).toHaveLength(MAX_WRITTEN_PROPERTIES);
    expect(send([put("b", { one: 1 }), put("c", { p1: 2 })])).toEqual(["full", 2]);
  });
});

function row(itemId: string, properties: Properties) {
  const first = shelf();
  first.send([put(itemId, properties)]);
  return first.rows.get(itemId);
}
