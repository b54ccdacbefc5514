import { describe, expect, it } from "vitest";
import type { FeatureColumn } from "../../../../shared/contract/feature-columns.ts";
import { IdMapBuilder } from "../../../../shared/engine/data/id-map.ts";
import { featureMatrix } from "../../../../shared/engine/features/feature-matrix.ts";
import type { FeatureRow } from "../../../../shared/engine/features/feature-row.ts";
import { encodeRow, type FeatureSpace } from "../../../../shared/engine/features/feature-space.ts";
import { FeatureSpaceBuilder } from "../../../../shared/engine/features/space-builder.ts";
import { spaceOfSections, spaceSections } from "../../../../shared/engine/features/space-sections.ts";
import { createRandom, type Random, shuffleInPlace } from "../../../../shared/engine/random.ts";

const COLUMNS: readonly FeatureColumn[] = [
  { name: "name", type: "title" },
  { name: "shelf", type: "category", separator: " > " },
  { name: "genres", type: "tags", separator: "|" },
  { name: "new", type: "flag" },
  { name: "loud", type: "flag" },
  { name: "price", type: "number" },
  { name: "released", type: "date" },
  { name: "about", type: "text" },
  { name: "picture", type: "image" },
  { name: "isbn", type: "id" },
  { name: "place", type: "geo" },
  { name: "lat", type: "geo", longitude: "lon" },
  { name: "embedding", type: "vector" },
  { name: "note", type: "ignored" },
];

const WORDS = ["red", "blue", "夜に", "駆ける", "사랑", "jazz", "rock", "Ünder", "7", "it's"];
const pick = (random: Random, count: number) =>
  Array.from({ length: 1 + random.below(count) }, () => WORDS[random.below(WORDS.length)] as string);

function randomRow(random: Random): FeatureRow {
  const row: Record<string, unknown> = {
    name: pick(random, 4).join(" "),
    shelf: pick(random, 3).join(" > "),
    genres: random.next() < 0.5 ? pick(random, 4).join("|") : pick(random, 4),
    new: random.below(2),
    loud: random.next() < 0.5 ? "true" : "0",
    price: random.next() < 0.5 ? 100 * random.next() : String(random.below(50)),
    released: `20${10 + random.below(14)}-0${1 + random.below(9)}-1${random.below(10)}`,
    about: pick(random, 20).join(" "),
    isbn: String(random.below(5)),
    place: [`${random.below(3)}.5,${random.below(3)}`, { lat: 1 + random.next(), lng: 5 }][random.below(2)],
    lat: random.below(4),
    lon: String(random.below(4)),
    embedding: [random.next(), 1],
    note: pick(random, 2),
    picture: `https://pictures.example/${random.below(1000)}`,
  };
  for (const { name } of COLUMNS) if (random.next() < 0.2) row[name] = [null, undefined, ""][random.below(3)];
  return row;
}

const randomRows = (seed: number, count = 60): FeatureRow[] => {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => randomRow(random));
};

function learn(rows: readonly FeatureRow[], columns = COLUMNS): FeatureSpace {
  const builder = new FeatureSpaceBuilder(columns);
  for (const row of rows) builder.add(row);
  return builder.finish();
}

/** A feature space in plain values. */
const plain = ({ blocks, size }: FeatureSpace) => ({
  size,
  blocks: blocks.map((block) =>
    block.kind !== "keys"
      ? { ...block, ...(block.kind === "scale" && { centres: [...block.centres] }) }
      : {
          ...block,
          keys: Array.from({ length: block.keys.size }, (_, at) => block.keys.idAt(at)),
          idf: [...block.idf],
        },
  ),
});

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

describe("a feature space", () => {
  it.each(SEEDS)("is the same after it was stored, seed %d", (seed) => {
    const space = learn(randomRows(seed));
    const sections = spaceSections(space, "item-features").map(({ name, data }) => ({
      name,
      data: data.slice(),
    }));
    const restored = spaceOfSections(sections, "item-features");
    expect(plain(restored)).toEqual(plain(space));
    for (const row of randomRows(seed + 100)) expect(encodeRow(restored, row)).toEqual(encodeRow(space, row));
  });

  it.each(SEEDS)("does not depend on the order of rows and columns, seed %d", (seed) => {
    const rows = randomRows(seed);
    const [moved, columns] = [rows.slice(), COLUMNS.slice()];
    shuffleInPlace(moved, createRandom(seed + 50));
    shuffleInPlace(columns, createRandom(seed + 60));
    expect(plain(learn(moved, columns))).toEqual(plain(learn(rows)));
  });

  it.each(SEEDS)("gives every row ascending features of its size with finite values, seed %d", (seed) => {
    const space = learn(randomRows(seed));
    for (const row of randomRows(seed + 200)) {
      const { indices, values } = encodeRow(space, row);
      expect(
        indices.every((index, at) => index < space.size && (at === 0 || index > (indices[at - 1] ?? 0))),
      ).toBe(true);
      expect(values.every((value) => Number.isFinite(value) && value !== 0)).toBe(true);
    }
  });

  it.each([
    ["an empty row", {}],
    [
      "values never seen",
      { name: "unheard words", shelf: "x > y", genres: "z", new: "perhaps", price: 1e300 },
    ],
    [
      "values of other types",
      { name: { a: 1 }, shelf: [1], genres: 5, new: [], price: "dear", released: {} },
    ],
    ["dates that are none", { released: "2020-13-45", price: Number.NaN }],
    ["half a character", { name: "\ud800", genres: ["\udc00", "\u001f"] }],
  ])("degrades on %s", (_, row) => {
    const space = learn(randomRows(1));
    const { indices, values } = encodeRow(space, row);
    expect(indices.length).toBeLessThan(5);
    expect(values.every(Number.isFinite)).toBe(true);
  });

  it("gives a number beyond all known ones the last bin, and limits its distance", () => {
    const rows = [1, 2, 3, 4].map((price) => ({ price }));
    const space = learn(rows, [{ name: "price", type: "number" }]);
    // The distance from the mean, then one bin for each of the four values.
    expect(space.size).toBe(5);
    expect([...encodeRow(space, { price: 1e9 }).indices]).toEqual([0, 4]);
    expect([...encodeRow(space, { price: 1e9 }).values]).toEqual([3, 1]);
    // 2.25 lies a quarter of the way from 2 to 3, and .25 below the mean; the deviation is √1.25.
    const { indices, values } = encodeRow(space, { price: "2.25" });
    expect([...indices]).toEqual([0, 2, 3]);
    expect(values[0]).toBeCloseTo(-0.25 / Math.sqrt(1.25), 6);
    expect([...values.subarray(1)]).toEqual([0.75, 0.25]);
  });

  it("makes a path belong to all of its levels, and pairs of frequent tags a feature", () => {
    const rows = Array.from({ length: 6 }, () => ({ shelf: "Books > Crime", tags: "b|a" }));
    const space = learn(rows, [
      { name: "shelf", type: "category", separator: " > " },
      { name: "tags", type: "tags", separator: "|" },
    ]);
    const keys = plain(space).blocks.map((block) => (block.kind === "keys" ? block.keys : []));
    expect(keys).toEqual([
      ["Books", "Books > Crime"],
      ["a", "a\u001fb", "b"],
    ]);
    expect([...encodeRow(space, { shelf: "Books > Poems", tags: ["a"] }).indices]).toEqual([0, 2]);
  });

  it("makes places two cells of a grid, of a degree and of a tenth", () => {
    const columns: FeatureColumn[] = [{ name: "at", type: "geo" }];
    const space = learn([{ at: "35.68,139.76" }, { at: { lat: 35.61, lon: 139.79 } }], columns);
    expect(plain(space).blocks).toMatchObject([{ keys: ["0.1°:356,1397", "1°:35,139"] }]);
    // The same degree, another tenth; and two ways to write the meridian of the dates.
    expect([...encodeRow(space, { at: "35.99,139.01" }).indices]).toEqual([1]);
    const far = learn([{ at: "0.5,180" }, { at: "0.55,-180" }], columns);
    expect(plain(far).blocks).toMatchObject([{ keys: ["0.1°:5,-1800", "1°:0,-180"] }]);
  });

  it("reads a place from two columns as from one", () => {
    const one = learn([{ at: "35.68,139.76" }, { at: "35.68,139.76" }], [{ name: "at", type: "geo" }]);
    const rows = [0, 1].map(() => ({ la: "35.68", lo: 139.76 }));
    const two = learn(rows, [{ name: "la", type: "geo", longitude: "lo" }]);
    const keys = (space: FeatureSpace) => plain(space).blocks.map((b) => (b.kind === "keys" ? b.keys : []));
    expect(keys(two)).toEqual(keys(one));
    expect([...encodeRow(two, { la: "35.68", lo: "" }).indices]).toEqual([]);
  });

  it("learns nothing from ids, pictures, vectors and ignored columns", () => {
    const silent = COLUMNS.filter(({ name }) => ["picture", "isbn", "embedding", "note"].includes(name));
    expect(learn(randomRows(1), silent).size).toBe(0);
  });

  it("weights words by how few rows have them, to length 1", () => {
    const rows = ["the cat", "the dog", "the cat", "the bird"].map((name) => ({ name }));
    const space = learn(rows, [{ name: "name", type: "title" }]);
    const { indices, values } = encodeRow(space, { name: "The cat!" });
    expect([...indices]).toEqual([0, 1]);
    // idf of "the": 1 + ln(5/5) = 1; of "cat": 1 + ln(5/3) = 1.5108.
    const length = Math.hypot(1, 1.510826);
    expect(values[0]).toBeCloseTo(1 / length, 5);
    expect(values[1]).toBeCloseTo(1.510826 / length, 5);
  });

  it("divides text of languages without blanks into words", () => {
    const rows = ["私は猫が好きです", "犬と猫", "我喜欢音乐", "音乐会"].map((name) => ({ name }));
    const keys = plain(learn(rows, [{ name: "name", type: "text" }])).blocks.flatMap((block) =>
      block.kind === "keys" ? block.keys : [],
    );
    expect(keys).toContain("猫");
    expect(keys).not.toContain("私は猫が好きです");
  });

  it("gives a matrix in the order of ids, with empty rows for ids that the table lacks", () => {
    const ids = new IdMapBuilder();
    for (const id of ["b", "a", "c"]) ids.intern(id);
    const table = new Map(["a", "b"].map((id) => [id, { tags: id === "a" ? "x|y" : "y|x" }]));
    const space = learn([...table.values()], [{ name: "tags", type: "tags", separator: "|" }]);
    const matrix = featureMatrix(space, ids.finish(), (id) => table.get(id) ?? null);
    expect(matrix).toMatchObject({ rowCount: 3, columnCount: 2 });
    expect([...matrix.indptr]).toEqual([0, 2, 4, 4]);
  });

  it("refuses sections that do not fit together", () => {
    const sections = spaceSections(learn(randomRows(1)), "f");
    for (const at of sections.keys()) {
      const { name, data } = sections[at] as (typeof sections)[number];
      for (const bad of [sections.toSpliced(at, 1), sections.with(at, { name, data: data.slice(0, -1) })]) {
        expect(() => spaceOfSections(bad, "f"), name).toThrow(
          expect.objectContaining({ code: "BAD_ARTIFACT" }),
        );
      }
    }
  });
});
