import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { buildDataset } from "../../../../shared/engine/data/build/build-dataset.ts";
import { EngineError } from "../../../../shared/engine/engine-error.ts";
import { casesOf } from "../../../setup/random-cases.ts";
import { bytesOf, COLUMNS, effects, fixtureRandom, gzip, ingest, refusal } from "./files.ts";

const LONG = 10 * 1024 * 1024;
const withBytes = (text: string, bytes: number[]): Uint8Array => new Uint8Array([...bytesOf(text), ...bytes]);

describe("a file that cannot be used", () => {
  it.each([
    ["nothing", new Uint8Array(0)],
    ["a byte order mark only", withBytes("", [0xef, 0xbb, 0xbf])],
    ["white space only", bytesOf(" \n\n\t\r\n")],
    ["gzip of nothing", gzip(new Uint8Array(0))],
  ])("is called empty when it holds %s", async (_, file) => {
    const error = await refusal(file);
    expect([error.code, error.message]).toEqual(["EMPTY_DATA", "The submitted file is empty."]);
  });

  it.each([
    ["a header only", "h.csv", "user,item\n", "has a header but no rows"],
    ["an empty list", "h.json", "[]", "has no rows"],
    ["an empty object", "h.json", "{}", "has no rows"],
    ["null ids only", "h.csv", "user,item\n,\n,\n", "None of the 2 rows"],
  ])("is refused with %s", async (_, name, text, words) => {
    const error = await refusal(text, { name });
    expect(error.code).toBe("EMPTY_DATA");
    expect(error.message).toContain(words);
  });

  it.each([
    ["the time first", { user: "x", item: "y", time: "t" }, "t"],
    ["then the user", { user: "x", item: "y", time: "item" }, "x"],
    ["then the item", { user: "user", item: "Item" }, "Item"],
    ["then the weight", { user: "user", item: "item", weight: "w" }, "w"],
  ])("names the missing column, %s", async (_, columns, missing) => {
    const text = `Column "${missing}" not found in the upload file.`;
    for (const [name, file] of [
      ["c.csv", "user,item\nu,i\n"],
      ["c.ndjson", '{"user":1,"item":2}'],
      ["c.json", '{"user":{"0":1},"item":{"0":2}}'],
    ] as const) {
      const error = await refusal(file, { name, columns });
      expect([error.code, error.message.slice(0, text.length)]).toEqual(["BAD_DATA", text]);
      expect(error.message).toContain('"user", "item"');
    }
  });

  it("says that the separator may be wrong when that explains a missing column", async () => {
    expect((await refusal("user:item\n1:2\n")).message).toContain("separator seems to be another");
    expect((await refusal("user/item\n1/2\n")).message).toContain("separator seems to be another");
  });

  it("says how many columns there are when a position is past the last", async () => {
    const error = await refusal("1,2\n3,4\n", { columns: { user: "1", item: "3" } });
    expect(error.message).toBe(
      'Column "3" not found in the upload file. Read with "," as separator, the first row has 2 columns.',
    );
  });

  it("names a time column without a single time", async () => {
    const text = "user,item,weight,time\nu,i,1,soon\nu,j,1,later\n";
    const error = await refusal(text, { columns: COLUMNS });
    expect(error.message).toMatch(/^Could not interpret "time" as datetime\. Line 2 .*"soon"/);
  });

  it.each([
    [
      "a line of 10 MB",
      "long.csv",
      `user,item\nu,i\nu,${"x".repeat(LONG)}`,
      "Line 3 begins a record of more than 1 MiB",
    ],
    ["a quote that is never closed, and no other row", "q.csv", 'user,item\nu,"i\n', "Line 2 has a quote"],
    ["a JSON line of 10 MB", "l.ndjson", `{"user":1,"item":2}\n{"user":"${"x".repeat(LONG)}"}`, "Line 2"],
    ["a JSON text of 10 MB", "l.json", `[{"user":1,\n"item":"${"x".repeat(LONG)}"}]`, "Line 2"],
    ["JSON that nests without end", "l.json", '[{"user":'.padEnd(LONG, "["), "Line 1 nests more than 100"],
    ["a JSON line that nests without end", "l.ndjson", `{"user":${"[".repeat(9000)}`, "Line 1"],
  ])("is refused at %s, with the line", async (_, name, text, words) => {
    const error = await refusal(text, { name });
    expect(error.code).toBe("BAD_DATA");
    expect(error.message).toContain(`Failed to parse ${name} as .${name.split(".")[1]} file.`);
    expect(error.message).toContain(words);
  });

  it.each([
    ["a broken record", "r.json", '[{"user":1,"item":2},\n{"user":1,"item":}]', "Line 2"],
    ["a document that ends early", "r.json", '[{"user":1,"item":2},\n\n{"user"', "Line 3"],
    ["text after its end", "r.json", '[{"user":1,"item":2}]\n]', "Line 2"],
    ["text that is no JSON", "r.json", "hello", "Line 1"],
    ["broken lines only", "r.ndjson", "{user: 1}\n{item: 2}", "Line 1"],
    ["a broken line, and no row with all columns", "q.ndjson", '{"user":1}\n{oops', "Line 2"],
  ])("is refused as JSON with %s", async (_, name, text, words) => {
    const error = await refusal(text, { name });
    expect(error.message).toContain(`Failed to parse ${name} as .${name.split(".")[1]} file. ${words}`);
  });

  it("names the line and byte of invalid UTF-8, in every block", async () => {
    const file = withBytes("user,item\nu,ä\nu,x", [0xe4, 0x0a, 0x75]);
    for (const blockBytes of [1, 2, 3, 4, 17, 65_536]) {
      const { message } = await refusal(file, { blockBytes });
      expect(message).toBe(
        "Failed to parse data.csv as .csv file. Line 3 is not valid UTF-8 (byte 0xe4); save the file as UTF-8.",
      );
    }
    const cutOff = withBytes('[{"user":1,\n"item":"', [0xe2, 0x82]);
    expect((await refusal(cutOff, { name: "x.json" })).message).toContain("Line 2 is not valid UTF-8");
  });

  it.each([
    ["cut off", (zipped: Uint8Array) => zipped.subarray(0, zipped.length - 20)],
    ["cut off within its header", (zipped: Uint8Array) => zipped.subarray(0, 5)],
    ["damaged", (zipped: Uint8Array) => zipped.map((byte, at) => (at > 40 ? byte ^ 0x55 : byte))],
    ["garbage behind the signature", () => new Uint8Array([0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9])],
    ["no gzip at all", () => new Uint8Array([0x00, 0x01, 0x80, 0xff])],
    ["no gzip and no text", () => bytesOf("user,item\n").map((byte, at) => (at === 4 ? 0xff : byte))],
  ])("is called no valid gzip file when it is %s", async (_, spoil) => {
    const zipped = gzip(
      bytesOf(`user,item\n${Array.from({ length: 3000 }, (_, at) => `u${at},i${at * 7}\n`).join("")}`),
    );
    const error = await refusal(spoil(zipped), { name: "data.csv.gz" });
    expect(error.code).toBe("BAD_DATA");
    expect(error.message).toContain("data.csv.gz is not a valid gzip file");
  });

  it.each([
    ["a workbook", [0x50, 0x4b, 0x03, 0x04, 0x14], "Excel"],
    ["Parquet", [0x50, 0x41, 0x52, 0x31, 0x15], "Parquet"],
    ["UTF-16", [0xff, 0xfe, 0x75, 0x00], "UTF-16"],
    ["binary data", [0x61, 0x2c, 0x62, 0x0a, 0x00, 0x01], "line 2 has a zero byte"],
    ["a picture", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a], "PNG"],
  ])("is recognised as %s", async (_, bytes, words) => {
    expect((await refusal(new Uint8Array(bytes))).message).toContain(words);
  });

  it.each([
    ["has no such column", "a,b\n1,2\n"],
    ["is binary", "PAR1"],
    ["breaks off", 'user,item\n"'],
    ["is read to its end", "user,item\nu,i\n"],
  ])("releases its source when it %s", async (_, text) => {
    let isReleased = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield bytesOf(text);
        for (let at = 0; at < 5; at++) yield bytesOf(" ".repeat(50_000));
      } finally {
        isReleased = true;
      }
    }
    const columns = { user: "user", item: "item" };
    await buildDataset({ name: "data.csv", bytes: source() }, { ...effects, columns }).catch(() => {});
    expect(isReleased).toBe(true);
  });

  it("is refused when it needs more memory than allowed", async () => {
    const rows = Array.from({ length: 9000 }, (_, at) => `user-${at},item-${at}\n`).join("");
    await expect(ingest(`user,item\n${rows}`, { maxBytes: 200_000 })).rejects.toMatchObject({
      code: "UNSUPPORTED",
    });
  });

  it("is refused when one column is named for users and items", async () => {
    const error = await refusal("user,item\nu,i\n", { columns: { user: "user", item: "user" } });
    expect(error.code).toBe("BAD_PARAMETER");
  });

  it("reports a failing store as such, not as a damaged file", async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield gzip(bytesOf("user,item\nu,i\n")).subarray(0, 12);
      throw new Error("connection lost");
    }
    const columns = { user: "user", item: "item" };
    const build = buildDataset({ name: "data.csv.gz", bytes: failing() }, { ...effects, columns });
    await expect(build).rejects.toThrow("connection lost");
  });
});

describe("random files", () => {
  const PIECES = [
    "user",
    "item",
    "u1",
    "a",
    ",",
    "\t",
    ";",
    "|",
    "\n",
    "\r\n",
    "\r",
    '"',
    '""',
    "{",
    "}",
    "[",
    "]",
  ];
  const MORE = [
    ":",
    '"user"',
    '"item"',
    "1",
    "-",
    ".",
    "e9",
    "null",
    "true",
    "\\",
    "\\u00",
    " ",
    "ä",
    "😀",
    "\ufeff",
  ];
  const BYTES = ["\u0000", "__proto__", '{"user":1,"item":2}', "user,item\n", '[{"user":', '{"user":{"0":'];
  const pieces = [...PIECES, ...MORE, ...BYTES];
  const names = ["f.csv", "f.tsv", "f.json", "f.ndjson", "f.csv.gz", "f"];

  function randomFile(random: () => number): Uint8Array {
    const length = Math.floor(random() * 24);
    const pick = () => pieces[Math.floor(random() * pieces.length)] ?? "";
    const text = Array.from({ length }, pick).join("");
    const start =
      random() < 0.4 ? ["user,item\n", "[", '{"user":{', '{"user":1,"item":2}\n'][length % 4] : "";
    const file = bytesOf(start + text);
    if (random() < 0.2) return file.map((byte) => (random() < 0.1 ? Math.floor(random() * 256) : byte));
    return file;
  }

  it("are read or refused with a sentence, whole and in small blocks alike", async () => {
    const random = fixtureRandom(2024);
    const outcome = async (file: Uint8Array, name: string, blockBytes: number) => {
      try {
        return (await ingest(file, { name, blockBytes })).report;
      } catch (error) {
        if (error instanceof EngineError && /^(BAD_DATA|EMPTY_DATA)$/.test(error.code)) return error.message;
        throw new Error(`${name} ${JSON.stringify(new TextDecoder().decode(file))}`, { cause: error });
      }
    };
    const differing: unknown[] = [];
    for (let round = 0; round < casesOf(10_000); round++) {
      const file = randomFile(random);
      const name = names[round % names.length] ?? "f.csv";
      const whole = await outcome(file, name, 65_536);
      const inBlocks = await outcome(file, name, 1 + (round % 5));
      if (!isDeepStrictEqual(inBlocks, whole))
        differing.push([name, new TextDecoder().decode(file), inBlocks, whole]);
    }
    expect(differing).toEqual([]);
  });
});
