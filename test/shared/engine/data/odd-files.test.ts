import { describe, expect, it } from "vitest";
import { bytesOf, entriesOf, gzip, ingest, refusal } from "./files.ts";

const positions = { user: "1", item: "2" };
const rowsOf = (line: (user: string, item: string, at: number) => string, count = 36) =>
  Array.from({ length: count }, (_, at) => line(`u${at % 6}`, `i${(at * 5) % 8}`, at)).join("\n");
const sizes = ({ users, items, rows, rejected_rows }: Awaited<ReturnType<typeof ingest>>["report"]) => [
  rows,
  rejected_rows,
  users,
  items,
];

describe("files of other programs", () => {
  it.each([
    [
      "a count of 1 in the first row",
      rowsOf((user, item, at) => `${user}\t${item}\t${1 + (at % 9)}`),
      "plays.tsv",
    ],
    ["semicolons and decimal commas", rowsOf((user, item, at) => `${user};${item};${at % 5},5`), "r.csv"],
    ["two colons", rowsOf((user, item, at) => `${user}::${item}::4::17000000${at}`), "r.dat"],
    ["blanks", rowsOf((user, item) => `${user} ${item} 4`), "s.csv"],
    ["a header", `userId,itemId\n${rowsOf((user, item) => `${user},${item}`)}`, "h.csv"],
    ["CR CR LF", `${rowsOf((user, item) => `${user},${item}\r\r`)}\n`, "w.csv"],
    [
      "blanks and marks around ids",
      rowsOf((user, item, at) => `${user}${["", " ", "\u00a0", "\u200e"][at % 4]},\ufeff${item}`),
      "b.csv",
    ],
    ["a line that names the separator", `sep=;\n${rowsOf((user, item) => `${user};${item}`)}`, "x.csv"],
    ["two byte order marks", `\ufeff\ufeff${rowsOf((user, item) => `${user},${item}`)}`, "x.csv"],
    [
      "a header in the middle, where files were joined",
      `user,item\n${rowsOf((user, item) => `${user},${item}`, 18)}\nuser,item\n${rowsOf((user, item) => `${user},${item}`)}`,
      "j.csv",
    ],
  ])("are read by position: %s", async (name, text, file) => {
    const { report } = await ingest(text, { name: file, columns: positions });
    const isJoined = name.startsWith("a header in");
    expect(sizes(report)).toEqual([isJoined ? 55 : 36, isJoined ? 1 : 0, 6, 8]);
    expect(report.format.header_reason).toMatch(/\w/);
    expect(report.format.delimiter_reason).toMatch(/\w/);
  });

  it("have decimal commas in their weights where a comma is no separator", async () => {
    const text = "user;item;weight\nu;a;0,5\nv;a;2\nw;b;1,25\n";
    const { dataset } = await ingest(text, { columns: { user: "user", item: "item", weight: "weight" } });
    expect(entriesOf(dataset)).toEqual(["u a 0.5 -", "v a 2 -", "w b 1.25 -"]);
  });

  it("have words for nothing as ids, which are rejected and counted, or kept", async () => {
    const text = "user,item\nu0,NA\nu1,a\nNULL,a\nu2,\\N\nu3,None\nu4,b\n";
    const { report, dataset } = await ingest(text);
    expect([report.rejected_rows, report.missing_ids, dataset.items.indexOf("NA")]).toEqual([4, 4, -1]);
    expect(report.warnings.join(" ")).toContain("4 rows have an id such as NA or NULL");
    expect(report.rejected[0]).toEqual({ line: 2, reason: 'has no item id ("NA" means a missing value)' });
    const kept = await ingest(text, { keepsMissingWords: true });
    expect([kept.report.rejected_rows, kept.report.missing_ids]).toEqual([0, 0]);
    expect(kept.dataset.items.indexOf("NA")).toBeGreaterThanOrEqual(0);
  });

  it("have blanks around ids: removed and counted", async () => {
    const { report, dataset } = await ingest("user,item\nu0,a\nu0 ,a\u00a0\nu\u200b0,b\n");
    expect([report.users, report.items, report.trimmed_ids]).toEqual([1, 2, 3]);
    expect(dataset.users.idAt(0)).toBe("u0");
    expect(report.warnings.join(" ")).toContain("3 ids had blanks or invisible characters");
  });

  it("have a zero byte in an id: the row is rejected, wherever it stands", async () => {
    const rows = Array.from({ length: 9000 }, (_, at) => `u${at % 300},i${at % 41}\n`).join("");
    for (const text of [`user,item\nu0\0x,i0\0y\n${rows}`, `user,item\n${rows}u0\0x,i0\0y\n`]) {
      const { report } = await ingest(text);
      expect([report.rows, report.rejected_rows, report.users]).toEqual([9001, 1, 300]);
      expect(report.rejected[0]?.reason).toContain("control character");
    }
  });

  it("have the same column twice: refused by name, read by position", async () => {
    const text = "item,user,item\n0,u0,i0\n1,u1,i5\n2,u2,i2\n";
    expect((await refusal(text)).message).toContain('two columns "item", at positions 1 and 3');
    const { report } = await ingest(text, { columns: { user: "2", item: "3" } });
    expect([report.rows, report.items]).toEqual([3, 3]);
  });

  it("are read by the given settings, whatever they look like", async () => {
    const columns = (header: boolean) => ({ user: "1", item: "2", header });
    const text = "userId,itemId\nu0,i0\nu1,i1\n";
    expect((await ingest(text, { columns: columns(false) })).report.rows).toBe(3);
    expect((await ingest("u0,i0\nu1,i1\n", { columns: columns(true) })).report.rows).toBe(1);
    const told = await ingest("a/b;c\nd/e;f\n", { columns: positions, separator: "/" });
    expect(told.report.format).toMatchObject({
      delimiter: "/",
      delimiter_reason: "as set, or as read before",
    });
    expect(told.dataset.items.idAt(0)).toBe("b;c");
  });

  it.each([
    "u.data",
    "ratings.dat",
    "export.txt",
    "RATINGS.CSV",
    "ratings.2024.01.15.csv",
    "orders.v2.csv",
    "plain",
  ])("may be called %s", async (name) => {
    const { report } = await ingest("user,item\nu0,i0\nu1,i1\n", { name });
    expect([report.rows, report.warnings]).toEqual([2, []]);
    const zipped = await ingest(gzip(bytesOf("user,item\nu0,i0\nu1,i1\n")), { name: `${name}.GZ` });
    expect([zipped.report.rows, zipped.report.warnings]).toEqual([2, []]);
  });
});

describe("gzip", () => {
  const joined = (...parts: Uint8Array[]) => new Uint8Array(parts.flatMap((part) => [...part]));
  const first = gzip(bytesOf("user,item\nu0,i0\n"));
  const second = gzip(bytesOf("u1,i1\n"));
  const name = "two.csv.gz";

  it.each([
    ["several members", joined(first, second), 2],
    ["an empty last member", joined(first, gzip(new Uint8Array(0))), 1],
    ["an empty first member", joined(gzip(new Uint8Array(0)), first, second), 2],
    ["zeros behind", joined(first, new Uint8Array(512)), 1],
  ])("is read with %s", async (_name, file, rows) => {
    for (const chunkBytes of [0, 1, 5]) {
      expect((await ingest(file, { name, chunkBytes })).report.rows).toBe(rows);
    }
  });

  it.each([
    ["garbage behind", joined(first, bytesOf("u2,i2\n"))],
    ["another member behind zeros, which would be left out", joined(first, new Uint8Array(512), second)],
    ["garbage behind zeros", joined(first, new Uint8Array(512), bytesOf("u2,i2\n"))],
  ])("is refused with %s, in words that are true", async (_name, file) => {
    for (const chunkBytes of [0, 1, 5]) {
      expect((await refusal(file, { name, chunkBytes })).message).toBe(
        "two.csv.gz is not a valid gzip file: it is damaged, cut off, or has other data after the gzip content.",
      );
    }
  });

  it("is refused when it holds far more than its size, before all of it is unpacked", async () => {
    const bomb = gzip(bytesOf(`user,item\nu0,i0\n${"\n".repeat(64 * 1024 * 1024)}`));
    let breaths = 0;
    const breathe = async () => {
      breaths++;
    };
    const error = await refusal(bomb, { name: "bomb.csv.gz", breathe });
    expect(error.code).toBe("UNSUPPORTED");
    expect(error.message).toContain("more than 200 times");
    expect(breaths).toBeLessThan(1024);
  });

  it("is refused when its beginning is blank", async () => {
    const { code, message } = await refusal(gzip(new Uint8Array(1024 * 1024).fill(10)), { name });
    expect([code, message]).toEqual(["EMPTY_DATA", "The first 64 KB of two.csv.gz are blank."]);
  });

  it("is refused past the limit of content", async () => {
    const limits = { plainBytes: 100_000, ratio: 1000 };
    const text = `user,item\n${"u0,i0\n".repeat(50_000)}`;
    for (const file of [bytesOf(text), gzip(bytesOf(text))]) {
      expect((await refusal(file, { limits })).code).toBe("UNSUPPORTED");
    }
  });
});
