import { describe, expect, it } from "vitest";
import { MAX_WRITTEN_BYTES } from "#contract/limits.ts";
import type { ProjectItems } from "#jobs/item-shelf/project-items.ts";
import type { ShelfRow, WrittenColumn } from "#jobs/item-shelf/shelf-row.ts";
import { ImportedItems, itemFiles } from "#services/archive/archive-items.ts";
import { BadArchive } from "#storage/tar.ts";

const row = (itemId: string, more: Partial<ShelfRow> = {}): ShelfRow => ({
  ...{ seq: 1, itemId, properties: '{"price":1}', isPartial: false, state: "shown" },
  ...{ createdAt: 1, updatedAt: 2, newAt: 3, ...more },
});
const ROWS = "items/rows-000001.ndjson";
const COLUMNS: WrittenColumn[] = [{ name: "price", type: "number" }];

function shelf(rows: readonly ShelfRow[] = [], columns: readonly WrittenColumn[] = []) {
  const restored: { rows: ShelfRow[]; columns: WrittenColumn[] } = { rows: [], columns: [] };
  const items: ProjectItems = {
    rows: async function* () {
      for (const one of rows) yield [one];
    },
    hasProperties: async () => rows.length > 0,
    copyTo: async () => rows.length > 0,
    columns: async () => columns,
    restore: async (_projectId, more, added) => {
      restored.rows.push(...more);
      restored.columns.push(...added);
    },
    forget: async () => undefined,
  };
  return { items, restored };
}

async function filesOf(rows: readonly ShelfRow[], columns = COLUMNS) {
  const files: { name: string; text: string }[] = [];
  for await (const file of itemFiles(shelf(rows, columns), 1)) files.push(file);
  return files;
}

describe("written items in an archive", () => {
  it("come back as they were, in the order of their changes", async () => {
    const rows = [
      row("b", { state: "hidden", isPartial: true, properties: '{"title":null}' }),
      row("a/音"),
      row("gone", { state: "deleted", properties: "{}" }),
    ];
    const { items, restored } = shelf();
    const imported = new ImportedItems({ items });
    for (const { name, text } of await filesOf(rows)) {
      expect(ImportedItems.isFile(name)).toBe(true);
      await imported.take(2, name, text);
    }
    expect(restored.rows).toEqual(rows.map((one) => ({ ...one, seq: 0 })));
    expect(restored.columns).toEqual(COLUMNS);
  });

  it("are several files when they are long, and none without items", async () => {
    const long = JSON.stringify({ text: "x".repeat(8_000) });
    const files = await filesOf(Array.from({ length: 300 }, (_, at) => row(`i${at}`, { properties: long })));
    expect(files.map(({ name }) => name)).toEqual([
      "items/columns.json",
      "items/rows-000001.ndjson",
      "items/rows-000002.ndjson",
      "items/rows-000003.ndjson",
    ]);
    expect(await filesOf([], [])).toEqual([]);
  });

  it.each([
    ["no JSON", ROWS, "{"],
    ["another form", ROWS, '{"item_id": "a"}'],
    ["properties that are no object", ROWS, lineOf({ properties: "[1]" })],
    ["a blank id", ROWS, lineOf({ item_id: " " })],
    ["an id that is not cleaned", ROWS, lineOf({ item_id: " a" })],
    ["an id with half of a character", ROWS, lineOf({ item_id: "a\ud800" })],
    ["properties that nest too deep", ROWS, lineOf({ properties: '{"a":{"b":{"c":{"d":{"e":{}}}}}}' })],
    ["too many properties", ROWS, lineOf({ properties: JSON.stringify({ ...Array(101).fill(1) }) })],
    ["a text that is too long", ROWS, lineOf({ properties: JSON.stringify({ text: "x".repeat(8_193) }) })],
    [
      "a property of two types",
      ROWS,
      `${lineOf({})}\n${lineOf({ item_id: "b", properties: '{"price":"low"}' })}`,
    ],
    ["a deleted item with properties", ROWS, lineOf({ state: "deleted" })],
    ["a time before 1970", ROWS, lineOf({ created_at: -1 })],
    ["no row", ROWS, "\n"],
    ["an unknown state", ROWS, lineOf({ state: "shy" })],
    ["an unknown type", "items/columns.json", '[{"name": "price", "type": "money"}]'],
  ])("are refused with %s", async (_name, name, text) => {
    const { items, restored } = shelf();
    await expect(new ImportedItems({ items }).take(1, name, text)).rejects.toThrow(BadArchive);
    expect(restored).toEqual({ rows: [], columns: [] });
  });

  it("are refused with a value that its column cannot hold", async () => {
    const { items, restored } = shelf();
    const imported = new ImportedItems({ items });
    await imported.take(1, "items/columns.json", JSON.stringify(COLUMNS));
    const wrong = lineOf({ properties: '{"price":"low"}' });
    await expect(imported.take(1, ROWS, wrong)).rejects.toThrow(
      'Line 1 of "items/rows-000001.ndjson" has a "price"',
    );
    expect(restored.rows).toEqual([]);
  });

  it("keep values of the type that an earlier file gave their property", async () => {
    const rows = [
      row("a"),
      row("b", { properties: '{"price":"low","size":2}' }),
      row("c", { properties: '{"size":"L"}' }),
    ];
    const files = await filesOf(rows);
    expect(JSON.parse(files[0]?.text ?? "")).toEqual([
      { name: "price", type: "number", is_mixed: true },
      { name: "size", type: "number", is_mixed: true },
    ]);
    const { items, restored } = shelf();
    const imported = new ImportedItems({ items });
    for (const { name, text } of files) await imported.take(2, name, text);
    expect(restored.rows.map(({ properties }) => properties)).toEqual(
      rows.map(({ properties }) => properties),
    );
  });

  it("give a property without a column the type of its first value", async () => {
    const { items, restored } = shelf();
    const lines = [
      lineOf({ properties: '{"size":null}' }),
      lineOf({ item_id: "b", properties: '{"size":["L"]}' }),
    ];
    await new ImportedItems({ items }).take(1, ROWS, lines.join("\n"));
    expect(restored.columns).toEqual([{ name: "size", type: "tags" }]);
  });

  it("are refused beyond what a project may have", async () => {
    const imported = new ImportedItems(shelf());
    const properties = JSON.stringify({ a: "x".repeat(8_000), b: "x".repeat(8_000) });
    const large = lineOf({ properties });
    const tenth = `${large}\n`.repeat(Math.ceil(MAX_WRITTEN_BYTES / 16_000 / 10));
    for (let at = 0; at < 9; at++) await imported.take(1, "items/rows-000001.ndjson", tenth);
    await expect(imported.take(1, "items/rows-000002.ndjson", tenth)).rejects.toThrow("more written items");
  });
});

function lineOf(more: object): string {
  return JSON.stringify({
    ...{ item_id: "a", properties: '{"price":1}', is_partial: false, state: "shown" },
    ...{ created_at: 1, updated_at: 1, new_at: 1, ...more },
  });
}
