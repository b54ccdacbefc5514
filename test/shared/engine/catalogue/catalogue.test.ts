import { describe, expect, it } from "vitest";
import { countBits, hasBit } from "#engine/catalogue/bitmap.ts";
import {
  buildCatalogue,
  type Catalogue,
  changeCatalogue,
  emptyCatalogue,
  missingItems,
  rowsOf,
} from "#engine/catalogue/catalogue.ts";
import { catalogueOf, catalogueSections } from "#engine/catalogue/catalogue-artifact.ts";
import type { NumberColumn, StringColumn, TagsColumn } from "#engine/catalogue/column.ts";
import { IdMapBuilder } from "#engine/data/id-map.ts";

const ITEMS = [
  {
    itemId: "a",
    properties: { price: 9.5, genres: ["jazz", "pop", "jazz"], shelf: "Books > Crime", added: "2026-01-02" },
  },
  { itemId: "b", properties: { price: null, genres: [], shelf: "Toys", sale: true }, isHidden: true },
  { itemId: "c", properties: { price: 3, genres: ["rock"], added: "2026-02-03T10:00:00Z", sale: false } },
];

function idMap(...ids: string[]) {
  const builder = new IdMapBuilder();
  for (const id of ids) builder.intern(id);
  return builder.finish();
}

/** The catalogue as plain values by item. */
function plain(catalogue: Catalogue): Record<string, Record<string, unknown>> {
  const items: Record<string, Record<string, unknown>> = {};
  for (let row = 0; row < catalogue.itemIds.size; row++) {
    const values = [...catalogue.columns].map(([name, column]) => {
      if (column.type === "tags") {
        const codes = [...column.codes.slice(column.offsets[row], column.offsets[row + 1])];
        return [name, codes.map((code) => column.values.idAt(code))];
      }
      if (column.type === "string" || column.type === "category") {
        const code = column.codes[row] as number;
        return [name, code === 0 ? null : column.values.idAt(code - 1)];
      }
      return [name, (column.values as Float64Array | Uint8Array)[row]];
    });
    items[catalogue.itemIds.idAt(row)] = {
      ...Object.fromEntries(values),
      hidden: hasBit(catalogue.hidden, row),
    };
  }
  return items;
}

describe("buildCatalogue", () => {
  const { catalogue, dropped } = buildCatalogue(ITEMS);

  it("infers types and keeps the values", () => {
    expect(catalogue.schema.map(({ name, type }) => `${name} ${type}`)).toEqual([
      "price number",
      "genres tags",
      "shelf category",
      "added date",
      "sale boolean",
    ]);
    expect(plain(catalogue)).toEqual({
      a: {
        price: 9.5,
        genres: ["jazz", "pop"],
        shelf: "Books > Crime",
        added: Date.UTC(2026, 0, 2),
        sale: 0,
        hidden: false,
      },
      b: { price: Number.NaN, genres: [], shelf: "Toys", added: Number.NaN, sale: 2, hidden: true },
      c: { price: 3, genres: ["rock"], shelf: null, added: Date.UTC(2026, 1, 3, 10), sale: 1, hidden: false },
    });
    expect(dropped.size).toBe(0);
  });

  it("drops and counts values that a given column cannot hold", () => {
    const given = buildCatalogue(
      [
        { itemId: "a", properties: { price: "cheap" } },
        { itemId: "b", properties: { price: "7" } },
      ],
      [{ name: "price", type: "number" }],
    );
    expect([...(given.catalogue.columns.get("price") as NumberColumn).values]).toEqual([Number.NaN, 7]);
    expect([...given.dropped]).toEqual([["price", 1]]);
  });

  it("takes the last of two items with one id, and no property that an item inherits", () => {
    const inherited = Object.create({ price: 1 }) as Record<string, unknown>;
    const { catalogue } = buildCatalogue(
      [
        { itemId: "a", properties: { price: 5 } },
        { itemId: "a", properties: inherited },
      ],
      [{ name: "price", type: "number" }],
    );
    expect(plain(catalogue)).toEqual({ a: { price: Number.NaN, hidden: false } });
  });

  it.each(["id", ""])("refuses a column named %j", (name) => {
    expect(() => buildCatalogue([], [{ name, type: "string" }])).toThrow(/is not a name for a column/);
  });

  it("refuses a column that is there twice", () => {
    const column = { name: "price", type: "number" } as const;
    expect(() => buildCatalogue([], [column, column])).toThrow(/"price" is there twice/);
  });
});

describe("changeCatalogue", () => {
  const { catalogue } = buildCatalogue(ITEMS);

  it("replaces items as a whole, adds new ones at the end, and leaves the given catalogue as it is", () => {
    const before = structuredClone(plain(catalogue));
    const changed = changeCatalogue(catalogue, [
      { itemId: "b", properties: { genres: ["blues"], price: 1 } },
      { itemId: "z", properties: { shelf: "New" }, isHidden: true },
    ]).catalogue;
    const after = plain(changed);
    expect(after.a).toEqual(before.a);
    expect(after.b).toMatchObject({ genres: ["blues"], price: 1, shelf: null, sale: 0, hidden: false });
    expect(after.z).toMatchObject({ shelf: "New", genres: [], hidden: true });
    expect(changed.itemIds.indexOf("c")).toBe(catalogue.itemIds.indexOf("c"));
    expect(plain(catalogue)).toEqual(before);
  });

  it("keeps growing over many changes", () => {
    let current: Catalogue = catalogue;
    for (let at = 0; at < 50; at++) {
      current = changeCatalogue(current, [
        { itemId: `n${at}`, properties: { genres: [`g${at}`] } },
      ]).catalogue;
    }
    const genres = current.columns.get("genres") as TagsColumn;
    expect(current.itemIds.size).toBe(53);
    expect(genres.values.indexOf("g49")).toBe(genres.values.size - 1);
    expect(plain(current).n20?.genres).toEqual(["g20"]);
    expect(plain(catalogueOf(catalogueSections(current)))).toEqual(plain(current));
  });
});

describe("missingItems and rowsOf", () => {
  it("give every id of a model a row", () => {
    const { catalogue } = buildCatalogue(ITEMS);
    const ids = idMap("c", "new", "a");
    expect([...rowsOf(catalogue, ids)]).toEqual([2, -1, 0]);
    const extended = changeCatalogue(catalogue, missingItems(catalogue, ids)).catalogue;
    expect([...rowsOf(extended, ids)]).toEqual([2, 3, 0]);
    expect(missingItems(extended, ids)).toEqual([]);
    expect(extended.schema).toBe(catalogue.schema);
    expect(countBits(extended.hidden)).toBe(1);
  });
});

describe("the catalogue's sections", () => {
  const { catalogue } = buildCatalogue(ITEMS);
  const sections = catalogueSections(catalogue);

  it("hold the catalogue", () => {
    expect(plain(catalogueOf(sections))).toEqual(plain(catalogue));
    expect(plain(catalogueOf(catalogueSections(emptyCatalogue())))).toEqual({});
  });

  it.each([
    ["catalogue.hidden", new Uint32Array(9)],
    ["catalogue.0.values", new Float64Array(2)],
    ["catalogue.1.offsets", Uint32Array.from([0, 2, 1, 3])],
    ["catalogue.1.codes", Uint32Array.from([0, 1, 9])],
    ["catalogue.2.codes", Uint32Array.from([1, 2, 3])],
    ["catalogue.schema", new TextEncoder().encode('[{"name": "price"}]')],
    ["catalogue.schema", new TextEncoder().encode("[")],
  ])("are refused when %s does not fit", (name, data) => {
    const broken = sections.map((section) => (section.name === name ? { name, data } : section));
    expect(() => catalogueOf(broken)).toThrow(expect.objectContaining({ code: "BAD_ARTIFACT" }));
  });
});

describe("column inference", () => {
  it.each<[string, readonly unknown[], string | undefined]>([
    ["numbers as text", ["1", "2.5", ""], "number"],
    ["numbers and texts", [1, "two"], "string"],
    ["booleans as text", ["true", "False"], "boolean"],
    ["dates", ["2026-01-02", "2026-1-3 10:00"], "date"],
    ["a date among texts", ["2026-01-02", "soon"], "string"],
    ["texts with a bar", ["jazz|pop", "rock"], "tags"],
    ["paths", ["Books > Crime", "Toys"], "category"],
    ["prose", ["long ".repeat(30)], "text"],
    ["lists of numbers", [[1, 2], [3]], "tags"],
    ["lists and texts", [["a"], "b"], undefined],
    ["objects", [{ a: 1 }], undefined],
    ["lists of objects", [[{ a: 1 }]], undefined],
    ["nothing", [null, ""], undefined],
  ])("takes %s by the stated rule", (_, values, type) => {
    const items = values.map((value, at) => ({ itemId: String(at), properties: { x: value } }));
    expect(buildCatalogue(items).catalogue.schema.find(({ name }) => name === "x")?.type).toBe(type);
  });

  it("leaves out a property named id, which rules take for the item's own", () => {
    const { catalogue } = buildCatalogue([{ itemId: "a", properties: { id: "x", brand: "y" } }]);
    expect(catalogue.schema.map(({ name }) => name)).toEqual(["brand"]);
    expect((catalogue.columns.get("brand") as StringColumn).values.idAt(0)).toBe("y");
  });
});
