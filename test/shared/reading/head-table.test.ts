import { describe, expect, it } from "vitest";
import { openTable } from "#engine/data/read/open-table.ts";
import { type HeadTable, type KnownFormat, readHeadTable } from "#reading/head-table.ts";
import { HEAD_BYTES } from "#reading/plain-text.ts";
import { bytesOf, chunks, effects } from "../engine/data/files.ts";

const UNKNOWN: KnownFormat = { separator: undefined, header: undefined };

function look(content: string | Uint8Array, name = "ratings.csv", known: Partial<KnownFormat> = {}) {
  const bytes = typeof content === "string" ? bytesOf(content) : content;
  const head = bytes.subarray(0, HEAD_BYTES);
  const isWhole = head.length === bytes.length;
  return readHeadTable({ name, bytes: head, isWhole, isGzip: false }, { ...UNKNOWN, ...known });
}

function table(...args: Parameters<typeof look>): HeadTable {
  const found = look(...args);
  if ("problem" in found) throw new Error(found.problem);
  return found.table;
}

function problem(...args: Parameters<typeof look>): string | null {
  const found = look(...args);
  return "problem" in found ? found.problem : null;
}

/** The platform's reading of the same file: its rows as text, or the reason for refusing it. */
async function asThePlatformReads(content: string, name: string) {
  const source = { name, bytes: chunks(bytesOf(content)) };
  try {
    const opened = await openTable(source, { ...effects, wanted: [], allColumns: true });
    const rows: string[][] = [];
    for await (const batch of opened.rows) {
      for (const { cells, problem } of batch)
        if (problem === null) rows.push(cells.map((cell) => String(cell).trim()));
    }
    const { delimiter, header } = opened.format;
    return { delimiter, header, names: opened.names, rows: rows.slice(0, 5) };
  } catch (error) {
    return (error as Error).message;
  }
}

const FILES: readonly (readonly [string, string])[] = [
  ["u.data", "196\t242\t3\t881250949\n186\t302\t3\t891717742\n22\t377\t1\t878887116\n"],
  ["ratings.csv", "userId,movieId,rating,timestamp\n1,296,5.0,1147880044\n1,306,3.5,1147868817\n"],
  ["ratings.dat", "1::1193::5::978300760\n1::661::3::978302109\n2::914::3::978301968\n"],
  ["export.csv", 'customer;"product; name";price\n7;"a ""b""";1,50\n8;c;2,25\n9;d;3,00\n'],
  ["aligned.txt", "ann   tea    1\nbob   milk   2\ncarla coffee 3\n"],
  ["sheet.csv", "sep=;\nuser;item\nann;tea\nbob;milk\n"],
  ["ids.csv", "u1,i1\nu2,i2\nu1,i3\n"],
  ["mac.csv", "user,item\rann,1\rbob,2\r"],
  ["bars.csv", "user|item\nann|tea, green\nbob|milk, whole\n"],
  ["twice.csv", "user,item,user\nann,1,x\nbob,2,y\n"],
  ["list.json", '[{"user": "ann", "item": 9007199254740993}, {"user": "bob", "item": 2}]'],
  ["lines.ndjson", '{"user": "ann", "item": 1}\n{"user": "bob", "item": 2}\n'],
  ["pandas.json", '{"user": {"0": "ann", "1": "bob"}, "item": {"0": 1, "1": 2}}'],
];

describe("readHeadTable", () => {
  it.each(FILES)("finds in %s what the platform finds", async (name, content) => {
    const found = table(content, name);
    const read = await asThePlatformReads(content, name);
    expect(read).toMatchObject({ delimiter: found.separator, header: found.hasHeader, rows: found.rows });
    // If a name occurs twice, the platform renames the second column; the test asks for it by position.
    if (name !== "twice.csv")
      expect((read as { readonly names: readonly string[] }).names).toEqual(found.labels);
  });

  it("names the columns of a file without a header by their positions", () => {
    const found = table(FILES[0]?.[1] as string, "u.data");
    expect(found).toMatchObject({ columns: ["1", "2", "3", "4"], hasHeader: false, separator: "\t" });
    expect(found.rows[0]).toEqual(["196", "242", "3", "881250949"]);
  });

  it("requires a position for a column whose name is empty or there twice", () => {
    expect(table("user,item,user,\nann,1,x,5\nbob,2,y,6\n").columns).toEqual(["1", "item", "3", "4"]);
  });

  it("reads by the given settings where the content does not decide", () => {
    expect(table("a,b\nc,d\n", "x.csv", { header: true })).toMatchObject({
      columns: ["a", "b"],
      rows: [["c", "d"]],
    });
    expect(table("user,item\nann,1\n", "x.csv", { header: false }).rows).toHaveLength(2);
    expect(table("a,b;c,d\ne,f;g,h\n", "x.csv", { separator: ";" }).rows[0]).toEqual(["a,b", "c,d"]);
  });

  it("keeps the digits of large ids", () => {
    expect(table('[{"user": 12345678901234567890, "item": 1}]', "x.json").rows).toEqual([
      ["12345678901234567890", "1"],
    ]);
  });

  it("reads the beginning of documents that are longer", () => {
    const record = '{"user": "ann", "item": "a longer name of an item"}';
    const many = Array.from({ length: 3_000 }, () => record);
    expect(table(`[${many.join(",")}]`, "x.json")).toMatchObject({
      columns: ["user", "item"],
      hasAllColumns: true,
    });
    expect(table(many.join("\n"), "x.ndjson").rows).toHaveLength(5);
    const column = Object.fromEntries(many.map((text, at) => [at, text]));
    const found = table(JSON.stringify({ user: column, item: column }), "x.json");
    expect(found).toMatchObject({ columns: ["user"], hasAllColumns: false });
  });

  const bytes = (...values: number[]) => Uint8Array.from([...values, ...new Array(60).fill(0x41)]);
  it.each<[string, string | Uint8Array, string, RegExp]>([
    ["a PNG", bytes(0x89, 0x50, 0x4e, 0x47), "ratings.csv", /a PNG image/],
    ["a zip archive", bytes(0x50, 0x4b, 0x03, 0x04), "ratings.csv", /a zip archive or an Excel workbook/],
    ["Parquet", bytes(0x50, 0x41, 0x52, 0x31), "ratings.csv", /a Parquet file/],
    ["UTF-16", bytes(0xff, 0xfe, 0x75, 0), "ratings.csv", /UTF-16 text; save it as UTF-8/],
    [
      "UTF-16 without its mark",
      Uint8Array.from([...bytesOf("user,item\na,b\n")].flatMap((one) => [one, 0])),
      "x.csv",
      /zero bytes/,
    ],
    [
      "Latin-1",
      Uint8Array.from([...bytesOf("user,item\nann,caf"), 0xe9, 0x0a]),
      "x.csv",
      /Line 2 is not valid UTF-8/,
    ],
    ["no gzip", bytes(0xc3, 0x28), "x.csv.gz", /not a valid gzip file/],
    ["nothing", "", "x.csv", /empty/],
    ["marks alone", "\uFEFF", "x.csv", /empty/],
    ["blanks", " \n\n ", "x.csv", /empty/],
    ["a header alone", "user,item,timestamp\n", "x.csv", /has a header but no rows/],
    ["broken JSON", '[{"user": 1, item}]', "x.json", /Failed to parse x.json as .json file/],
    ["a list that ends in the middle", '[{"user": 1, "item": 2}', "x.json", /Failed to parse/],
    ["a list of numbers", "[1, 2, 3]", "x.json", /Failed to parse/],
  ])("refuses %s", (_, content, name, reason) => {
    expect(problem(content, name)).toMatch(reason);
  });
});
