import { describe, expect, it } from "vitest";
import { entriesOf, ingest } from "../files.ts";

const BLOCKS = [1, 2, 3, 7, 65_536];

/** Rows read in blocks of any size; the size must make no difference. */
async function rowsOf(text: string, options: Parameters<typeof ingest>[1] = {}) {
  const outcomes = [];
  for (const blockBytes of BLOCKS) {
    const { dataset, report } = await ingest(text, { ...options, blockBytes });
    const entries = entriesOf(dataset).map((entry) => entry.replace(/ 1 -$/, ""));
    outcomes.push({ entries: entries.sort(), rejected: report.rejected, rows: report.rows });
  }
  for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
  return outcomes[0] as (typeof outcomes)[0];
}

describe("rows with quotes", () => {
  it.each([
    ["an inch mark within", '"ann","tv","TV 24" wide"'],
    ["an inch mark at the end", '"ann","tv","TV 24""'],
    ["two inch marks", '"ann","tv","TV 24" by 12" wide"'],
    ["escaped quotes", '"ann","tv","The \\"Best\\" TV"'],
    ["escaped quotes before a comma", '"ann","tv","say \\"hi\\", ok"'],
    ["an escaped quote at the end", '"ann","tv","24\\""'],
    ["a backslash at the end", '"ann","tv","C:\\dir\\"'],
    ["doubled quotes", '"ann","tv","The ""Best"" TV"'],
    ["a lone quote where the cell does not begin with it", '"ann",tv,TV 24" wide'],
    ["blanks around the quotes", '"ann" , "tv" , "TV"'],
    ["quotes around a part of the cell", 'ann,tv,"Weird" Al'],
    ["carriage returns", '"ann","tv","TV 24" wide"\r'],
  ])("have ids without quotes: %s", async (_name, line) => {
    const text = `user,item,title\nbob,lamp,Lamp\n${line}\ncid,mug,Mug\n`;
    expect(await rowsOf(text)).toEqual({ entries: ["ann tv", "bob lamp", "cid mug"], rejected: [], rows: 3 });
  });

  it("keep a cell over two lines, with escaped quotes, too", async () => {
    const text = 'item,user,title\nlamp,ann,"two\nlines"\ntv,bob,"say \\"hi\\"\nand go"\nmug,cid,x\n';
    expect((await rowsOf(text)).entries).toEqual(["ann lamp", "bob tv", "cid mug"]);
  });

  it.each([
    ["the id", 'ann,"tv,TV'],
    ["the last cell", 'ann,tv,"TV 24'],
    ["the first cell", '"ann,tv,TV'],
  ])("are rejected one by one where a quote is never closed: %s", async (_name, line) => {
    const text = `user,item,title\nbob,lamp,Lamp\n${line}\ncid,mug,Mug\ndan,cup,"Cup, red"\n`;
    expect(await rowsOf(text)).toEqual({
      entries: ["bob lamp", "cid mug", "dan cup"],
      rejected: [{ line: 3, reason: "has a quote that is never closed" }],
      rows: 4,
    });
  });

  it("do not vanish between a quote that opens and one that ends a cell", async () => {
    const lines = Array.from({ length: 600 }, (_, at) => {
      const title = at % 50 === 3 ? `"no ${at}` : at % 50 === 40 ? `pipe ${at}"` : `no ${at}`;
      return `u${at},i${at % 40},${title},${at % 5}`;
    });
    const { report } = await ingest(`user,item,title,stars\n${lines.join("\n")}\n`);
    expect([report.rows, report.rejected_rows, report.accepted_rows]).toEqual([600, 12, 588]);
    expect(report.rejected.map(({ line }) => line)).toEqual(
      Array.from({ length: 12 }, (_, at) => 50 * at + 5),
    );
  });

  it("end at a bound of lines and at one of characters", async () => {
    const many = `user,item\nu,"${"x,y\n".repeat(1500)}u,j"\n`;
    const { report } = await ingest(many);
    expect([report.rows, report.rejected_rows]).toEqual([1501, 1]);
    const long = `user,item,text\nu,i,"${"many words of prose \n".repeat(60_000)}\nv,j,k\n`;
    const read = await ingest(long, { columns: { user: "user", item: "item" } });
    expect(read.report.rejected[0]).toEqual({ line: 2, reason: "has a quote that is never closed" });
    expect(read.dataset.users.indexOf("v")).toBe(0);
  });

  it("are literal throughout where a tab-separated file quotes no cell", async () => {
    const many = Array.from({ length: 500 }, (_, at) => `u${at}\t"${at}\n`).join("");
    const { dataset, report } = await ingest(`user\titem\n${many}`, { name: "raw.tsv" });
    expect([report.rejected_rows, dataset.items.idAt(0)]).toEqual([0, '"0']);
  });

  it("with a quote that is never closed are a few in a tab-separated file, and rejected", async () => {
    const many = Array.from({ length: 50 }, (_, at) => `u${at}\ti${at}\n`).join("");
    const { report } = await ingest(`user\titem\n${many}v\t"x\n${many}`, { name: "raw.tsv" });
    expect([report.rows, report.rejected]).toEqual([
      101,
      [{ line: 52, reason: "has a quote that is never closed" }],
    ]);
  });
});
