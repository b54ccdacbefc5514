import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { MAX_UPLOAD_BYTES } from "#contract/limits.ts";
import { inspectFile, refusalOf } from "../../../../web/features/data/inspect-file.ts";

const UNKNOWN = { separator: undefined, header: undefined };
const RATINGS = "196\t242\t3\t881250949\n186\t302\t3\t891717742\n";

type Part = string | Uint8Array<ArrayBuffer>;
const fileOf = (name: string, ...parts: Part[]) => new File(parts, name);
const packed = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(gzipSync(text));

async function tableOf(file: File) {
  const found = await inspectFile(file, UNKNOWN);
  if ("problem" in found) throw new Error(found.problem);
  return found.table;
}

describe("inspectFile", () => {
  it.each<[string, File]>([
    ["plain", fileOf("u.data", RATINGS)],
    ["gzipped", fileOf("u.data.gz", packed(RATINGS))],
    ["gzipped in two members", fileOf("u.data.gz", packed(RATINGS), packed(RATINGS))],
    ["behind an empty member", fileOf("u.data.gz", packed(""), packed(RATINGS))],
    ["much longer than its head", fileOf("u.data.gz", packed(RATINGS.repeat(20_000)))],
  ])("shows the rows of a file without a header: %s", async (_, file) => {
    const { columns, rows } = await tableOf(file);
    expect(columns).toEqual(["1", "2", "3", "4"]);
    expect(rows[0]).toEqual(["196", "242", "3", "881250949"]);
  });

  it.each([",", "\t"])(
    "takes a first row as data if its ids come again, separated by %j",
    async (separator) => {
      const rows = ["alice,lamp", "bob,tv", "alice,mug", "cid,lamp"];
      const found = await tableOf(fileOf("likes.txt", `${rows.join("\n")}\n`.replaceAll(",", separator)));
      expect(found).toMatchObject({ hasHeader: false, columns: ["1", "2"] });
      expect(found.rows[0]).toEqual(["alice", "lamp"]);
    },
  );

  it.each(['"TV 24" wide"', 'TV 24" wide', '"TV 24"" wide"'])("shows the quote within %s", async (cell) => {
    const { rows } = await tableOf(fileOf("x.csv", `user,item,title\nann,tv,${cell}\nbob,mug,"Mug"\n`));
    expect(rows[0]).toEqual(["ann", "tv", 'TV 24" wide']);
  });

  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
  it.each<[string, File, RegExp]>([
    ["an empty file", fileOf("x.csv"), /empty/],
    ["a gzipped empty file", fileOf("x.csv.gz", packed("")), /empty/],
    ["a picture", fileOf("photo.png", png), /a PNG image/],
    ["a picture that is called a table", fileOf("x.csv", png), /a PNG image/],
    ["text whose name promises a workbook", fileOf("x.xlsx", RATINGS), /xlsx file not supported/],
    [
      "damaged gzip",
      fileOf("x.csv.gz", Uint8Array.from([0x1f, 0x8b, 8, 0, 1, 2, 3])),
      /not a valid gzip file/,
    ],
    [
      "a file past the limit",
      Object.defineProperty(fileOf("x.csv", RATINGS), "size", { value: MAX_UPLOAD_BYTES + 1 }),
      /is the maximum/,
    ],
  ])("refuses %s", async (_, file, reason) => {
    expect(await inspectFile(file, UNKNOWN)).toMatchObject({ problem: expect.stringMatching(reason) });
    expect(await refusalOf(file)).toMatch(reason);
  });

  it("leaves it to the platform whether a lone row is a header, once the project exists", async () => {
    const file = fileOf("x.csv", "user,item\n");
    expect(await inspectFile(file, UNKNOWN)).toHaveProperty("problem");
    expect(await refusalOf(file)).toBeNull();
  });
});
