import { describe, expect, it } from "vitest";
import type { FeatureColumn } from "#contract/feature-columns.ts";
import { IdMapBuilder } from "#engine/data/id-map.ts";
import { copyVectorInto } from "#engine/data/vector-rows.ts";
import type { FeatureRow } from "#engine/features/feature-row.ts";
import { encodeRow } from "#engine/features/feature-space.ts";
import { encodeTable } from "#engine/features/feature-tables.ts";
import { ITEM_TABLE, tableOf, tableSections } from "#engine/features/table-sections.ts";

const base64 = (numbers: readonly number[]) =>
  Buffer.from(Float32Array.from(numbers).buffer).toString("base64");

const COLUMNS: readonly FeatureColumn[] = [
  { name: "cover", type: "vector" },
  { name: "mood", type: "tags" },
  { name: "words", type: "vector" },
];

const ROWS: Readonly<Record<string, FeatureRow>> = {
  a: { words: [3, 4], cover: [0, 0, 5], mood: "blue" },
  b: { words: base64([-1, 0]), cover: "[1, 0, 0]", mood: "blue" },
  // Everything that is no vector of this column.
  wrongLength: { words: [1, 2, 3], mood: "red" },
  nan: { words: base64([Number.NaN, 1]), mood: "red" },
  infinite: { words: [1e39, 1] },
  zero: { words: [0, 0] },
  notBase64: { words: "no vector!" },
  cutBase64: { words: base64([1, 2]).slice(0, 6) },
  nothing: { words: null },
  // One of two columns.
  half: { cover: [0, 2, 0] },
};
const IDS = [...Object.keys(ROWS), "absent"];

function idsOf(ids: readonly string[]) {
  const builder = new IdMapBuilder();
  for (const id of ids) builder.intern(id);
  return builder.finish();
}

const table = (limits: { mostVectorBytes?: number } = {}, rows = ROWS) =>
  encodeTable({
    columns: COLUMNS,
    rows: () => Object.values(rows),
    ids: idsOf(IDS),
    findRow: (id) => rows[id] ?? null,
    ...limits,
  });

function vectorOf({ matrix }: ReturnType<typeof table>, id: string): number[] {
  const out = new Float32Array(matrix.vectors?.dim ?? 0);
  if (matrix.vectors) copyVectorInto(matrix.vectors, IDS.indexOf(id), out);
  return [...out].map((value) => Math.round(value * 100) / 100 + 0);
}

describe("vectors of a table", () => {
  it("are beside the features, each at length 1, columns by name", () => {
    const encoded = table();
    expect(encoded.matrix.vectors?.widths).toEqual([3, 2]);
    expect(encoded.space.size).toBe(2);
    expect(encoded.matrix.columnCount).toBe(2);
    expect(vectorOf(encoded, "a")).toEqual([0, 0, 1, 0.6, 0.8]);
    expect(vectorOf(encoded, "b")).toEqual([1, 0, 0, -1, 0]);
    expect(vectorOf(encoded, "half")).toEqual([0, 1, 0, 0, 0]);
  });

  it("count as nothing known where a value is no vector of the column", () => {
    const encoded = table();
    for (const id of [
      "wrongLength",
      "nan",
      "infinite",
      "zero",
      "notBase64",
      "cutBase64",
      "nothing",
      "absent",
    ]) {
      expect([id, ...vectorOf(encoded, id)]).toEqual([id, 0, 0, 0, 0, 0]);
    }
  });

  it("are encoded from a row as in the table", () => {
    const { space } = table();
    expect(encodeRow(space, ROWS.a as FeatureRow).vector).toEqual(Float32Array.of(0, 0, 1, 0.6, 0.8));
    expect(encodeRow(space, ROWS.zero as FeatureRow).vector).toBeUndefined();
  });

  it("come back from the sections of an artifact", () => {
    const encoded = table();
    const restored = tableOf(structuredClone(tableSections(encoded, ITEM_TABLE)), ITEM_TABLE, IDS.length);
    expect(restored?.matrix.vectors).toEqual(encoded.matrix.vectors);
    expect(restored?.matrix.layout).toHaveLength(1);
    expect(restored && encodeRow(restored.space, ROWS.b as FeatureRow)).toEqual(
      encodeRow(encoded.space, ROWS.b as FeatureRow),
    );
  });

  it.each(["item-vectors.values", "item-vectors.scales"])(
    "refuse an artifact without %s, or a shorter one",
    (name) => {
      const sections = tableSections(table(), ITEM_TABLE);
      const others = sections.filter((section) => section.name !== name);
      const own = sections.find((section) => section.name === name);
      const cut = own && { name, data: own.data.slice(0, -1) };
      for (const broken of [others, [...others, ...(cut ? [cut] : [])]]) {
        expect(() => tableOf(broken, ITEM_TABLE, IDS.length)).toThrow(
          expect.objectContaining({ code: "BAD_ARTIFACT" }),
        );
      }
    },
  );

  it("leave out the longest column where there is no room", () => {
    expect(table({ mostVectorBytes: 3 * IDS.length }).matrix.vectors?.widths).toEqual([2]);
    expect(table({ mostVectorBytes: 0 }).matrix.vectors).toBeUndefined();
    expect(table({ mostVectorBytes: 5 * IDS.length }).matrix.vectors?.widths).toEqual([3, 2]);
  });

  it("change nothing of a table that has none", () => {
    const rows = Object.fromEntries(Object.entries(ROWS).map(([id, { mood }]) => [id, { mood }]));
    const encoded = table({}, rows);
    expect(encoded.matrix.vectors).toBeUndefined();
    expect(tableSections(encoded, ITEM_TABLE).map(({ name }) => name)).not.toContain("item-vectors.values");
  });
});
