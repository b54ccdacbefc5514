import { describe, expect, it } from "vitest";
import { IdMapBuilder } from "../../../../shared/engine/data/id-map.ts";
import { idMapOfSections, idMapSections } from "../../../../shared/engine/data/id-map-sections.ts";

const ODD_IDS = [
  "",
  " ",
  "a",
  "A",
  "ä",
  "日本語",
  "😀",
  "\ufeffbom",
  "a\u0000b",
  "x".repeat(5000),
  "é",
  "e\u0301",
];

function built(ids: readonly string[]) {
  const builder = new IdMapBuilder();
  for (const id of ids) builder.intern(id);
  return builder.finish();
}

describe("id map", () => {
  it("gives back every id at the index it was interned with, whatever its characters", () => {
    const map = built(ODD_IDS);
    expect(map.size).toBe(ODD_IDS.length);
    expect(ODD_IDS.map((_, index) => map.idAt(index))).toEqual(ODD_IDS);
    expect(ODD_IDS.map((id) => map.indexOf(id))).toEqual(ODD_IDS.map((_, index) => index));
  });

  it("keeps the index of an id that is interned again, as text or as bytes", () => {
    const builder = new IdMapBuilder();
    expect([builder.intern("a"), builder.intern("ö"), builder.intern("a")]).toEqual([0, 1, 0]);
    expect(builder.intern(new TextEncoder().encode("ö"))).toBe(1);
    expect(builder.size).toBe(2);
  });

  it("finds all of 50,000 ids and none that is absent", () => {
    const map = built(Array.from({ length: 50_000 }, (_, index) => `id-${index * 7}`));
    for (let index = 0; index < 50_000; index++) {
      expect(map.indexOf(`id-${index * 7}`)).toBe(index);
      expect(map.indexOf(`id-${index * 7 + 1}`)).toBe(-1);
    }
  });

  it("refuses an index outside of it", () => {
    const map = built(["a"]);
    for (const index of [-1, 1, 0.5 + 1, Number.NaN]) expect(() => map.idAt(index)).toThrow(RangeError);
  });

  it("finds nothing in an empty map", () => {
    expect(built([]).indexOf("a")).toBe(-1);
  });
});

describe("id map sections", () => {
  const broken = (name: string, change: (data: Uint32Array) => Uint32Array) => () =>
    idMapOfSections(
      idMapSections(built(["a", "bb", "ccc"]), "users").map((section) =>
        section.name === name ? { name, data: change(section.data as Uint32Array) } : section,
      ),
      "users",
    );

  it("come back as the same map", () => {
    const map = idMapOfSections(idMapSections(built(ODD_IDS), "users"), "users");
    expect(ODD_IDS.map((id) => map.indexOf(id))).toEqual(ODD_IDS.map((_, index) => index));
    expect(idMapOfSections(idMapSections(built([]), "none"), "none").size).toBe(0);
  });

  it.each([
    ["no offsets", broken("users.offsets", () => new Uint32Array(0))],
    ["falling offsets", broken("users.offsets", () => Uint32Array.of(0, 3, 1, 6))],
    ["offsets that do not start at 0", broken("users.offsets", () => Uint32Array.of(1, 1, 3, 6))],
    ["offsets that do not end with the bytes", broken("users.offsets", () => Uint32Array.of(0, 1, 3, 7))],
    ["a table that is no power of two", broken("users.table", () => Uint32Array.of(1, 2, 3))],
    [
      "a full table, in which a look-up would not end",
      broken("users.table", () => Uint32Array.of(1, 2, 3, 1)),
    ],
    ["a table with an id that is not there", broken("users.table", () => Uint32Array.of(1, 2, 9, 0))],
    ["an empty table", broken("users.table", () => new Uint32Array(0))],
    ["a missing section", () => idMapOfSections([], "users")],
  ])("are refused with %s", (_, decode) => {
    expect(decode).toThrow(expect.objectContaining({ code: "BAD_ARTIFACT" }));
  });
});
