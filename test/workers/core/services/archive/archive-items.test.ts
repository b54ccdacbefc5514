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
const COLUMNS: WrittenColumn[] = [{ name: "price", type: "number" }];

function shelf(rows: readonly ShelfRow[] = [], columns: readonly WrittenColumn[] = []) {
  const restored: { rows: ShelfRow[]; columns: WrittenColumn[] } = { rows: [], columns: [] };
  const items: ProjectItems = {
    rows: async function* () {
      for (const one of rows) yield [one];
    },
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
    ["no JSON", "items/rows-000001.ndjson", "{"],
    ["another form", "items/rows-000001.ndjson", '{"item_id": "a"}'],
    ["properties that are no object", "items/rows-000001.ndjson", lineOf({ properties: "[1]" })],
    ["an unknown state", "items/rows-000001.ndjson", lineOf({ state: "shy" })],
    ["an unknown type", "items/columns.json", '[{"name": "price", "type": "money"}]'],
  ])("are refused with %s", async (_name, name, text) => {
    const { items, restored } = shelf();
    await expect(new ImportedItems({ items }).take(1, name, text)).rejects.toThrow(BadArchive);
    expect(restored).toEqual({ rows: [], columns: [] });
  });

  it("are refused beyond what a project may have", async () => {
    const imported = new ImportedItems(shelf());
    const large = lineOf({ properties: JSON.stringify({ text: "x".repeat(16_000) }) });
    const tenth = `${large}\n`.repeat(Math.ceil(MAX_WRITTEN_BYTES / 16_000 / 10));
    for (let at = 0; at < 9; at++) await imported.take(1, "items/rows-000001.ndjson", tenth);
    await expect(imported.take(1, "items/rows-000002.ndjson", tenth)).rejects.toThrow("more written items");
  });
});

function lineOf(more: object): string {
  return JSON.stringify({
    ...{ item_id: "a", properties: "{}", is_partial: false, state: "shown" },
    ...{ created_at: 1, updated_at: 1, new_at: 1, ...more },
  });
}
