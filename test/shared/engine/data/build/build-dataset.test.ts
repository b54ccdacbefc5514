import { describe, expect, it } from "vitest";
import { ingestionReport } from "../../../../../shared/contract/ingestion.ts";
import { bytesOf, COLUMNS, entriesOf, fixtureRandom, gzip, type IngestOptions, ingest } from "../files.ts";

interface Interaction {
  readonly user: string | number | null;
  readonly item: string | number | null;
  readonly weight?: number | null;
  readonly time?: string | number | null;
}

const ROWS: readonly Interaction[] = [
  { user: "u1", item: "a", weight: 1, time: "2024-01-01 00:00:00" },
  { user: "u1", item: 'b, "quoted"\nand two lines', weight: 2.5, time: "2024-01-02T00:00:00Z" },
  { user: "ü2", item: "日本", weight: 3, time: "2024/01/03" },
  { user: "u1", item: "a", weight: 4, time: "2023-12-31T23:00:00+01:00" },
  { user: "😀", item: "a", weight: 1, time: "2024-01-05" },
];

const FIELDS = ["user", "item", "weight", "time"] as const;

function delimited(rows: readonly Interaction[], delimiter: string, newline = "\n"): string {
  const cell = (value: unknown) => {
    const text = value == null ? "" : String(value);
    return /["\n\r]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = rows.map((row) => FIELDS.map((field) => cell(row[field])).join(delimiter));
  return [FIELDS.join(delimiter), ...lines].join(newline);
}

function columnOriented(rows: readonly Interaction[]): string {
  const columns = FIELDS.map((field) => [field, Object.fromEntries(rows.map((row, at) => [at, row[field]]))]);
  return JSON.stringify(Object.fromEntries(columns));
}

const FILES: Record<string, string> = {
  "data.csv": delimited(ROWS, ","),
  "crlf.csv": `${delimited(ROWS, ",", "\r\n")}\r\n`,
  "bom.csv": `\ufeff${delimited(ROWS, ",")}`,
  "data.tsv": delimited(ROWS, "\t"),
  "semicolon.csv": delimited(ROWS, ";"),
  "pipe.csv": delimited(ROWS, "|"),
  "columns.json": columnOriented(ROWS),
  "pretty-columns.json": JSON.stringify(JSON.parse(columnOriented(ROWS)), null, 2),
  "lists.json": JSON.stringify(
    Object.fromEntries(FIELDS.map((field) => [field, ROWS.map((row) => row[field])])),
  ),
  "records.json": JSON.stringify(ROWS),
  "pretty-records.json": JSON.stringify(ROWS, null, 2),
  "bom-records.json": `\ufeff${JSON.stringify(ROWS)}`,
  "data.ndjson": ROWS.map((row) => JSON.stringify(row)).join("\n"),
  "data.jsonl": `${ROWS.map((row) => JSON.stringify(row)).join("\r\n")}\r\n\r\n`,
};

// Rows 1 and 4 are the same pair: weights 1 + 4, the newer time is the first.
const EXPECTED = [
  `u1 a 5 ${Date.UTC(2024, 0, 1)}`,
  `u1 b, "quoted"\nand two lines 2.5 ${Date.UTC(2024, 0, 2)}`,
  `ü2 日本 3 ${Date.UTC(2024, 0, 3)}`,
  `😀 a 1 ${Date.UTC(2024, 0, 5)}`,
];

const read = async (name: string, file: string | Uint8Array, options: IngestOptions = {}) => {
  const { dataset, report } = await ingest(file, { name, columns: COLUMNS, ...options });
  expect(ingestionReport.parse(report)).toEqual(report);
  return { entries: entriesOf(dataset), report };
};

describe("buildDataset", () => {
  it.each(Object.entries(FILES))(
    "reads %s alike, plain or gzipped, in blocks of any size",
    async (name, text) => {
      const whole = await read(name, text);
      expect(whole.entries).toEqual(EXPECTED);
      for (const blockBytes of [1, 2, 3, 5, 7, 64]) {
        expect(await read(name, text, { blockBytes, chunkBytes: blockBytes })).toEqual(whole);
      }
      const zipped = await read(`${name}.gz`, gzip(bytesOf(text)), { chunkBytes: 1 });
      expect(zipped.entries).toEqual(EXPECTED);
      expect(zipped.report.format).toEqual({ ...whole.report.format, gzip: true });
      expect(zipped.report.warnings).toEqual(whole.report.warnings);
    },
  );

  it("cuts a file at every byte and reads the same", async () => {
    const text = FILES["crlf.csv"] ?? "";
    const whole = await read("crlf.csv", text);
    for (let blockBytes = 1; blockBytes <= bytesOf(text).length; blockBytes++) {
      expect(await read("crlf.csv", text, { blockBytes })).toEqual(whole);
    }
  });

  it("reports what it found", async () => {
    const { report } = await read(
      "data.csv",
      `${delimited(ROWS, ",")}\n,a,1,2024-01-01\nu9,a,x,2024-01-01\n`,
    );
    expect(report).toEqual({
      rows: 7,
      accepted_rows: 5,
      rejected_rows: 2,
      rejected: [
        { line: 8, reason: "has no user id (empty)" },
        { line: 9, reason: 'has a weight that is not a number ("x")' },
      ],
      users: 3,
      items: 3,
      interactions: 4,
      duplicates: 1,
      dislikes: 0,
      density: 4 / 9,
      first_at: "2023-12-31T22:00:00.000Z",
      last_at: "2024-01-05T00:00:00.000Z",
      popularity: {
        curve: [0.5, 0.75, 1],
        top_items: [
          { item_id: "a", count: 2 },
          { item_id: "日本", count: 1 },
          { item_id: 'b, "quoted"\nand two lines', count: 1 },
        ],
      },
      interactions_per_user: { min: 1, median: 1, mean: 4 / 3, max: 2 },
      missing_ids: 0,
      trimmed_ids: 0,
      format: {
        name: "csv",
        gzip: false,
        delimiter: ",",
        // Two of the lines are halves of one row.
        delimiter_reason: "7 of the first 9 lines have 4 columns",
        header: true,
        header_reason: 'it has the column "time"',
      },
      columns: COLUMNS,
      warnings: ["2 of 7 rows were rejected."],
    });
  });

  it("reads tab-separated text without a header by positions", async () => {
    const random = fixtureRandom(1);
    const below = (n: number) => 1 + Math.floor(random() * n);
    const lines = Array.from(
      { length: 5000 },
      (_, at) => `${below(200)}\t${below(300)}\t${below(5)}\t${874_965_758 + at}`,
    );
    const columns = { user: "1", item: "2", time: "4" };
    const { dataset, report } = await ingest(`${lines.join("\n")}\n`, { name: "u.tsv", columns });
    expect(report.format).toMatchObject({ name: "tsv", gzip: false, delimiter: "\t", header: false });
    expect([report.rows, report.users, report.items]).toEqual([5000, 200, 300]);
    expect(report.first_at).toBe("1997-09-22T22:02:38.000Z");
    expect(dataset.users.indexOf(lines[0]?.split("\t")[0] ?? "")).toBeGreaterThanOrEqual(0);
    const told = await ingest(`a\tb\tc\td\n${lines.join("\n")}`, {
      columns: { user: "1", item: "2", header: true },
    });
    expect(told.report.rows).toBe(5000);
  });

  it("takes a header cell that is a number by its name, when told that there is a header", async () => {
    const { report } = await ingest("2,1\nu,i\n", { columns: { user: "2", item: "1", header: true } });
    expect([report.rows, report.format.header]).toEqual([1, true]);
  });

  it("writes numeric ids in decimal, without losing digits", async () => {
    const text = '{"user":1.0,"item":12345678901234567890}\n{"user":2,"item":-7.5}\n';
    const { dataset } = await ingest(text, { name: "ids.ndjson" });
    expect(entriesOf(dataset)).toEqual(["1 12345678901234567890 1 -", "2 -7.5 1 -"]);
  });

  it("joins columns by row key, in any order of the columns", async () => {
    const text = '{"item":{"x":"a","y":"b"},"user":{"y":2,"x":1,"z":3}}';
    const { dataset, report } = await ingest(text, { name: "rows.json" });
    expect(entriesOf(dataset)).toEqual(["1 a 1 -", "2 b 1 -"]);
    expect(report.rejected).toEqual([{ line: 3, reason: "has no item id (the row is too short)" }]);
  });

  it("trusts the content over the name, and says so", async () => {
    const { report } = await read("data.json.gz", FILES["data.tsv"] ?? "");
    expect(report.format).toMatchObject({ name: "tsv", gzip: false, delimiter: "\t", header: true });
    expect(report.warnings).toHaveLength(2);
  });

  it("accepts one user and one item, each with a warning", async () => {
    expect((await ingest("user,item\nu,a\nu,b\n")).report.warnings).toHaveLength(1);
    expect((await ingest("user,item\nu,a\nv,a\n")).report.warnings).toHaveLength(1);
    expect((await ingest("user,item\nu,a\n")).report.warnings).toHaveLength(2);
  });

  it("rejects rows without ids in every format, and counts the lines", async () => {
    const rows: Interaction[] = [
      { user: null, item: "a" },
      { user: "u", item: null },
      { user: "u", item: "" },
      { user: "u", item: "a" },
    ];
    const forms = {
      "n.csv": delimited(rows, ","),
      "n.ndjson": rows.map((row) => JSON.stringify(row)).join("\n"),
      "n.json": JSON.stringify(rows),
    };
    for (const [name, text] of Object.entries(forms)) {
      const { report } = await ingest(text, { name });
      expect([report.accepted_rows, report.rejected_rows]).toEqual([1, 3]);
      const firstLine = name === "n.csv" ? 2 : 1;
      expect(report.rejected.map(({ line }) => line)).toEqual([0, 1, 2].map((at) => at + firstLine));
    }
  });

  it("takes a line literally if its quotes enclose no cell, and only that line", async () => {
    const text = 'user\titem\n"Weird" Al\ta\nu\tb\n"v"\t"c\nd"\nw"x\te\n"y" z\tf';
    for (const blockBytes of [1, 2, 3, 4, 5, 11, 65_536]) {
      const { dataset, report } = await ingest(text, { name: "q.tsv", blockBytes });
      expect(entriesOf(dataset)).toEqual([
        "u b 1 -",
        "v c\nd 1 -",
        'w"x e 1 -',
        '"y" z f 1 -',
        '"Weird" Al a 1 -',
      ]);
      expect(report.rejected_rows).toBe(0);
    }
    const many = Array.from({ length: 5000 }, (_, at) => `"u${at}" x\t"${at}\n`).join("");
    expect((await ingest(`user\titem\n${many}`, { name: "q.tsv" })).report.accepted_rows).toBe(5000);
  });

  it("rejects broken rows one by one", async () => {
    const csv = await ingest("user,item\nu,a,extra\nu,a,,\nv\nw,c");
    expect(csv.report.rejected.map(({ line }) => line)).toEqual([2, 4]);
    const ndjson = await ingest('{"user":1,"item":2}\n{"user":1,"it\n[1]\nnull\n{"user":1,"item":{}}', {
      name: "b.ndjson",
    });
    expect(ndjson.report.rejected.map(({ line }) => line)).toEqual([2, 3, 4, 5]);
  });

  it("rejects ids that are whole texts", async () => {
    const { report } = await ingest(`user,item\nu,${"x".repeat(1025)}\nu,${"x".repeat(1024)}\n`);
    expect(report.rejected).toEqual([{ line: 2, reason: "has no item id (1025 characters long)" }]);
  });

  it("lists 100 rejected rows and counts all", async () => {
    const { report } = await ingest(`user,item\nu,a\n${"u,\n".repeat(500)}`);
    expect([report.rejected_rows, report.rejected.length]).toEqual([500, 100]);
  });

  it("rejects values that cannot be weights", async () => {
    const weights = ["NaN", "Infinity", "1e39", "1e-50", "", "abc", "2"];
    const text = `user,item,weight\n${weights.map((weight) => `u,i,${weight}\n`).join("")}`;
    const { report } = await ingest(text, { columns: { user: "user", item: "item", weight: "weight" } });
    expect([report.accepted_rows, report.rejected_rows]).toEqual([1, 6]);
  });

  it("counts lines past quoted line breaks and blank lines", async () => {
    const { report } = await ingest('\n\nuser,item\n"a\nb","c\n\nd"\n\nu,\n');
    expect(report.rejected).toEqual([{ line: 9, reason: "has no item id (empty)" }]);
  });

  it("reads lines that end in a lone carriage return", async () => {
    expect((await ingest("user,item\ru,a\rv,b\r")).report.rows).toBe(2);
  });

  it("breathes at least once per 64 KiB", async () => {
    let breaths = 0;
    const text = `user,item\n${"user-1,item-1\n".repeat(50_000)}`;
    await ingest(text, {
      breathe: async () => {
        breaths++;
      },
    });
    expect(breaths).toBeGreaterThanOrEqual(Math.ceil(text.length / 65_536));
  });
});
