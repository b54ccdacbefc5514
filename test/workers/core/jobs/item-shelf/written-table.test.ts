import { describe, expect, it } from "vitest";
import type { FeatureColumn } from "#contract/feature-columns.ts";
import { ByteLog } from "#engine/data/byte-log.ts";
import { IdMapBuilder } from "#engine/data/id-map.ts";
import { metadataOf, metadataSections } from "#engine/data/item-metadata.ts";
import { encodeRow } from "#engine/features/feature-space.ts";
import { encodeTable } from "#engine/features/feature-tables.ts";
import { ColumnGuess } from "#engine/features/guess-columns.ts";
import { NO_SCHEMA } from "#engine/features/table-schema.ts";
import { describedItem } from "#jobs/item-shelf/described-item.ts";
import { packShelf, type ShelfEntry } from "#jobs/item-shelf/packed-shelf.ts";
import { columnsOfTable, type WrittenTable, writtenTable } from "#jobs/item-shelf/written-table.ts";

type Row = Readonly<Record<string, unknown>>;

const written = (itemId: string, properties: Row, more: Partial<ShelfEntry> = {}): ShelfEntry => ({
  ...{ itemId, properties: JSON.stringify(properties), isPartial: false, state: "shown", seq: 1, newAt: 0 },
  ...more,
});

/** A file whose years are numbers as text, as ingestion stores those of delimited files. */
function file(rows: Readonly<Record<string, Row>>) {
  const [ids, log] = [new IdMapBuilder(), new ByteLog()];
  for (const [id, row] of Object.entries(rows)) {
    ids.intern(id);
    log.push(JSON.stringify(row));
  }
  const columns = [...new Set(Object.values(rows).flatMap((row) => Object.keys(row)))];
  const parts = { itemIds: ids.finish(), columns, numericColumns: ["year"], records: log.finish() };
  return metadataOf(metadataSections(parts));
}

function guess(rows: Iterable<Row>): FeatureColumn[] {
  const columns = new ColumnGuess();
  for (const row of rows) columns.add(row);
  return columns.finish();
}

const FILMS = {
  a: { genre: "crime", year: "1990" },
  b: { genre: "crime", year: "1995" },
  c: { genre: "war" },
};

describe("a table with written rows", () => {
  const entries = [
    written("a", { genre: "war", mood: "dark" }),
    written("b", { year: null, mood: "light" }, { isPartial: true }),
    written("c", {}, { state: "deleted" }),
    written("d", { genre: "war" }, { state: "hidden" }),
    written("e", { genre: "war" }, { isPartial: true }),
  ];
  const table = writtenTable("item", file(FILMS), packShelf(entries));

  it("has each item once: a written value wins, a null removes one, a deleted item has no row, a hidden one has", () => {
    expect([...table.rows()]).toEqual([
      { genre: "war", mood: "dark" },
      { genre: "crime", mood: "light" },
      { genre: "war" },
      { genre: "war" },
    ]);
    expect(["a", "b", "c", "d", "x"].map((id) => table.find(id))).toEqual([
      { genre: "war", mood: "dark" },
      { genre: "crime", mood: "light" },
      null,
      { genre: "war" },
      null,
    ]);
  });

  it("is the file where nothing was written, and the written rows where there is no file", () => {
    const ofFile = file(FILMS);
    const plain = writtenTable("item", ofFile, null);
    expect([...plain.rows()]).toEqual([...ofFile.records()].map(({ properties }) => properties));
    expect([...plain.written()]).toEqual([]);
    const alone = writtenTable("item", null, packShelf(entries));
    expect([...alone.rows()]).toEqual([
      { genre: "war", mood: "dark" },
      { mood: "light" },
      { genre: "war" },
      { genre: "war" },
    ]);
    expect([alone.fileColumns, alone.find("c"), alone.find("d")]).toEqual([[], null, { genre: "war" }]);
  });

  it("gives each row what serving knows of the item", () => {
    const ofFile = file(FILMS);
    for (const entry of entries) {
      expect(table.find(entry.itemId)).toEqual(describedItem(entry, ofFile.find(entry.itemId)));
    }
  });

  it("of users lays own properties over a file, as serving does", () => {
    const users = [written("u", { age: null, plan: "pro" }, { isPartial: true }), written("v", { age: 40 })];
    const joined = writtenTable("user", file({ u: { age: "30", plan: "free" } }), packShelf(users));
    expect(["u", "v"].map((id) => joined.find(id))).toEqual([{ plan: "pro" }, { age: 40 }]);
  });
});

describe("the columns of a table with written rows", () => {
  const columnsOf = (table: WrittenTable, schema = NO_SCHEMA) =>
    columnsOfTable(
      table,
      guess(table.rows()).filter(({ name }) => table.fileColumns.includes(name)),
      guess(table.written()),
      schema,
    );
  const two = [written("d", { mood: "dark", price: 3 }), written("e", { mood: "dark", price: 4 })];

  it("are those of the file, and those that only written rows have, guessed as those of files", () => {
    const table = writtenTable("item", file(FILMS), packShelf(two));
    expect(columnsOf(table).map(({ name, type }) => `${name} ${type}`)).toEqual([
      "genre title",
      "year number",
      "mood category",
      "price number",
    ]);
    const alone = writtenTable("item", null, packShelf(two));
    expect(columnsOf(alone).map(({ name }) => name)).toEqual(["mood", "price"]);
  });

  it("are as somebody chose, also where no file has them", () => {
    const table = writtenTable("item", file(FILMS), packShelf(two));
    const price = { name: "price", guess: null, choice: { type: "category" }, is_missing: true } as const;
    const types = (otherColumns: "guessed" | "ignored") =>
      columnsOf(table, { columns: [price], otherColumns }).map(({ name, type }) => `${name} ${type}`);
    expect(types("guessed")).toContain("price category");
    expect(types("ignored").slice(2)).toEqual(["mood ignored", "price category"]);
  });

  it("keep the type of the file where a written value has another: it is nothing known, in training as in serving", () => {
    const strange = written("d", { genre: "war", year: "long ago" });
    const table = writtenTable("item", file(FILMS), packShelf([strange]));
    const ofFile = guess(
      Object.values(FILMS).map((row) => ("year" in row ? { ...row, year: Number(row.year) } : row)),
    );
    const columns = columnsOfTable(table, ofFile, guess(table.written()), NO_SCHEMA);
    expect(columns).toContainEqual({ name: "year", type: "number" });
    const ids = new IdMapBuilder();
    for (const id of ["a", "d"]) ids.intern(id);
    const encoded = encodeTable({
      ...{ columns, rows: () => table.rows(), ids: ids.finish(), findRow: (id: string) => table.find(id) },
    });
    const serving = encodeRow(encoded.space, describedItem(strange, null) ?? {});
    const { indptr, indices, values } = encoded.matrix;
    const [from, to] = [indptr[1], indptr[2]];
    expect([...indices.subarray(from, to)]).toEqual([...serving.indices]);
    expect([...values.subarray(from, to)]).toEqual([...serving.values]);
    expect(serving).toEqual(encodeRow(encoded.space, { genre: "war" }));
  });
});
