import { describe, expect, it } from "vitest";
import { readMetadata } from "../../../../../shared/engine/data/build/read-metadata.ts";
import { metadataOf, metadataSections } from "../../../../../shared/engine/data/item-metadata.ts";
import { bytesOf, chunks, effects, fixtureRandom } from "../files.ts";

function read(
  text: string,
  name = "items.csv",
  options: { item?: string; header?: boolean; maxBytes?: number } = {},
) {
  const { item = "id", header, maxBytes } = options;
  return readMetadata(
    { name, bytes: chunks(bytesOf(text)) },
    { ...effects, columns: { item, header }, ...(maxBytes === undefined ? {} : { maxBytes }) },
  );
}

const reader = async (...args: Parameters<typeof read>) =>
  metadataOf(metadataSections((await read(...args)).metadata));

describe("readMetadata", () => {
  it("keeps every other column: numbers as numbers, lists of tags as text, empty cells as null", async () => {
    const text =
      'id,title,year,tags,code,price\n7,"Heat, the film",1995,crime|drama,007,1000\n8,Ä,,"",0x1,-0.5\n';
    const items = await reader(text);
    expect(items.columns).toEqual(["title", "year", "tags", "code", "price"]);
    expect(items.find("7")).toEqual({
      title: "Heat, the film",
      year: 1995,
      tags: "crime|drama",
      code: "007",
      price: 1000,
    });
    expect(items.find("8")).toEqual({ title: "Ä", year: null, tags: null, code: "0x1", price: -0.5 });
    expect(items.find("9")).toBeNull();
  });

  it.each([
    ["titles, some of them numbers", ["1984", "Toy Story", "300"], ["1984", "Toy Story", "300"]],
    ["codes with an exponent", ["5E5", "12E3"], ["5E5", "12E3"]],
    ["versions", ["1.10", "1.9", "2.0"], ["1.10", "1.9", "2.0"]],
    ["leading zeros", ["007", "8"], ["007", "8"]],
    ["signs", ["+1", "2"], ["+1", "2"]],
    ["negative zero", ["-0", "1"], ["-0", "1"]],
    ["more digits than a number holds", ["12345678901234567", "1"], ["12345678901234567", "1"]],
    ["thousands", ["1,000", "2"], ["1,000", "2"]],
    ["hexadecimal numbers", ["0x10", "1"], ["0x10", "1"]],
    ["words for nothing", ["NaN", "1"], ["NaN", "1"]],
    ["plain decimals", ["1995", "-0.5", ""], [1995, -0.5, null]],
    ["nothing", ["", ""], [null, null]],
  ])("decides by the whole column: %s", async (_, cells, values) => {
    const text = `id,c\n${cells.map((cell, at) => `${at},"${cell}"\n`).join("")}`;
    const items = await reader(text);
    expect(cells.map((_, at) => items.find(String(at))?.c)).toEqual(values);
  });

  it("reads all JSON forms alike", async () => {
    const records = [
      { id: 1, title: "A", tags: ["x", "y"], extra: { deep: [1] } },
      { id: "2", title: null, year: 1999 },
    ];
    const columns = {
      id: [1, "2"],
      title: ["A", null],
      tags: [["x", "y"]],
      extra: [{ deep: [1] }],
      year: { 1: 1999 },
    };
    const forms = {
      "a.json": JSON.stringify(records),
      "a.ndjson": records.map((record) => JSON.stringify(record)).join("\n"),
      "b.json": JSON.stringify(columns),
    };
    for (const [name, text] of Object.entries(forms)) {
      const items = await reader(text, name);
      expect(new Set(items.columns)).toEqual(new Set(["title", "tags", "extra", "year"]));
      expect(items.find("1")).toEqual({ title: "A", tags: ["x", "y"], extra: { deep: [1] } });
      expect(items.find("2")).toEqual({ title: null, year: 1999 });
    }
  });

  it("keeps the first row of an item, and rejects rows without one", async () => {
    const { report } = await read("id,title\n1,first\n1,second\n,none\n2\n");
    expect(report).toMatchObject({ rows: 4, items: 2, duplicates: 1, rejected_rows: 1 });
    expect(report.rejected).toEqual([{ line: 4, reason: "has no item id" }]);
    expect(report.columns).toEqual([{ name: "title", kind: "text" }]);
    expect(report.warnings).toEqual([
      "1 of 4 rows were rejected.",
      "1 row repeats an id: the first row of each item counts.",
    ]);
    expect((await reader("id,title\n1,first\n1,second\n")).find("1")).toEqual({ title: "first" });
  });

  it("takes positions in a file without a header", async () => {
    expect((await reader("5|Heat|1995\n", "u.csv", { item: "1" })).find("5")).toEqual({ 2: "Heat", 3: 1995 });
  });

  describe("with strange columns", () => {
    const wide = (count: number) => Array.from({ length: count }, (_, at) => `c${at}`);
    const csv = (names: readonly string[]) => `id,${names.join(",")}\n1${",x".repeat(names.length)}\n`;
    const json = (names: readonly string[]) =>
      JSON.stringify({ id: 1, ...Object.fromEntries(names.map((name) => [name, "x"])) });

    it.each([
      ["csv", csv],
      ["ndjson", json],
      ["json", (names: readonly string[]) => `[${json(names)}]`],
    ])("reads 2,000 of them in %s, and refuses more", async (form, make) => {
      const { report } = await read(make(wide(2000)), `a.${form}`);
      expect(report.columns.length).toBe(2000);
      await expect(read(make(wide(2001)), `a.${form}`)).rejects.toMatchObject({
        code: "UNSUPPORTED",
        message: expect.stringMatching(/more than 2000 columns/),
      });
    });

    it("refuses more of them than that which rows bring one by one", async () => {
      const rows = wide(3000).map((name, at) => JSON.stringify({ id: at, [name]: 1 }));
      await expect(read(rows.join("\n"), "a.ndjson")).rejects.toMatchObject({ code: "UNSUPPORTED" });
    });

    it.each(["a.csv", "a.ndjson"])("refuses a name that is a text in %s", async (name) => {
      const names = ["title", "n".repeat(257)];
      const text = name === "a.csv" ? csv(names) : json(names);
      await expect(read(text, name)).rejects.toMatchObject({
        code: "BAD_DATA",
        message: expect.stringMatching(/column 3 has 257 characters, and 256 are allowed: "nnn/),
      });
    });

    it("tells of ten repeated names, and of the number of the others", async () => {
      const { report } = await read(`id${",x".repeat(50)}\n1${",1".repeat(50)}\n`);
      expect(report.columns.length).toBe(50);
      expect([report.warnings.length, report.warnings.at(-1)]).toEqual([
        11,
        "39 more columns have the name of another.",
      ]);
    });

    it("leaves out JSON values under an empty name, and says so", async () => {
      const text = '{"id":1,"":"x","title":"A"}';
      expect((await read(text, "a.ndjson")).report).toMatchObject({
        columns: [{ name: "title" }],
        warnings: ["Values under an empty name are left out."],
      });
      expect((await reader(text, "a.ndjson")).find("1")).toEqual({ title: "A" });
    });
  });

  it("treats a column named __proto__ like any other", async () => {
    const found = (await reader('{"id":1,"__proto__":{"x":2}}', "a.ndjson")).find("1") ?? {};
    expect(Object.keys(found)).toEqual(["__proto__"]);
    expect("x" in found).toBe(false);
  });

  it("finds each of thousands of items", async () => {
    const random = fixtureRandom(5);
    const titles = Array.from({ length: 5000 }, () => `t${random()}ü`);
    const items = await reader(`id,title\n${titles.map((title, at) => `i${at},${title}\n`).join("")}`);
    for (const at of [0, 1, 4999, 2500]) expect(items.find(`i${at}`)).toEqual({ title: titles[at] });
  });

  it.each([
    ["nothing", "", "EMPTY_DATA"],
    ["a header only", "id,title\n", "EMPTY_DATA"],
    ["no item column", "a,b\n1,2\n", "BAD_DATA"],
    ["no ids", "id,b\n,2\n", "EMPTY_DATA"],
    ["no item column in JSON", '{"a":1}', "BAD_DATA"],
  ])("refuses %s", async (_, text, code) => {
    await expect(read(text)).rejects.toMatchObject({ code });
  });

  it("refuses more than it may keep", async () => {
    const text = `id,title\n${Array.from({ length: 999 }, (_, at) => `${at},title\n`).join("")}`;
    await expect(read(text, "a.csv", { maxBytes: 20_000 })).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });
});

describe("metadataOf", () => {
  it.each([
    ["metadata.offsets", Uint32Array.of(0, 99)],
    ["metadata.offsets", Uint32Array.of(0)],
    ["metadata.columns", new TextEncoder().encode("{}")],
    ["metadata.columns", new TextEncoder().encode("[")],
  ])("refuses a broken section %s", async (name, data) => {
    const sections = metadataSections((await read("id,t\n1,2\n")).metadata);
    const spoiled = sections.map((section) => (section.name === name ? { name, data } : section));
    expect(() => metadataOf(spoiled)).toThrow(expect.objectContaining({ code: "BAD_ARTIFACT" }));
  });

  it("says user where the rows are about users", async () => {
    const source = { name: "users.csv", bytes: chunks(bytesOf("user,age\nu1,31\n,40\n")) };
    const options = { ...effects, columns: { item: "user" }, about: "user" } as const;
    const { metadata, report } = await readMetadata(source, options);
    expect(metadata.itemIds.idAt(0)).toBe("u1");
    expect(report.rejected).toEqual([{ line: 3, reason: "has no user id" }]);
  });
});
