import { describe, expect, it } from "vitest";
import { buildSequences } from "#engine/data/build/build-sequences.ts";
import { bytesOf, chunks, effects, gzip } from "../files.ts";

const read = (file: string | Uint8Array, chunkBytes = 0) =>
  buildSequences(
    { name: "s.tsv", bytes: chunks(typeof file === "string" ? bytesOf(file) : file, chunkBytes) },
    effects,
  );

describe("files of sequences", () => {
  it("keep rows in the order of lines, items in the order of ids, repeats and days", async () => {
    const data = await read("u2\t10 9 10\t5 6 6.5\nu1\t9\t7\n");
    expect([data.rows.idAt(0), data.rows.idAt(1)]).toEqual(["u2", "u1"]);
    expect([data.items.idAt(0), data.items.idAt(1)]).toEqual(["9", "10"]);
    expect([...data.offsets]).toEqual([0, 3, 4]);
    expect([...data.places]).toEqual([1, 0, 1, 0]);
    expect([...(data.days ?? [])]).toEqual([5, 6, 6.5, 7]);
  });

  it("are the same in pieces, compressed, with CR LF, empty lines and no last line end", async () => {
    const expected = await read("a\tx y\nb\ty\n");
    const text = "a\tx y\r\n\r\nb\ty";
    for (const file of [text, gzip(bytesOf(text))]) {
      const data = await read(file, 3);
      expect([...data.places]).toEqual([...expected.places]);
      expect([...data.offsets]).toEqual([...expected.offsets]);
      expect(data.days).toBeNull();
    }
  });

  it.each([
    ["a\n", 'line 1 is no "id, tab, items"'],
    ["a x y\n", 'line 1 is no "id, tab, items"'],
    ["a\tx\nb\t\n", 'line 2 is no "id, tab, items"'],
    ["a\tx\t1\t2\n", 'line 1 is no "id, tab, items"'],
    ["a\tx y\t1\n", "line 1 has 2 items and 1 days"],
    ["a\tx y\t1 soon\n", 'line 1 has "soon" as a day'],
    ["a\tx\t1\nb\ty\n", "line 2 has no days, and lines before it do"],
    ["a\tx\nb\ty\t1\n", "line 2 has days, and lines before it have none"],
    ["a\tx\nb\ty\na\tz\n", 'line 3 repeats the id "a" of line 1'],
    [`a\t${"x".repeat(3000)}\n`, "line 1 has an id of 3000 characters"],
  ])("are refused with the line: %j", async (text, message) => {
    await expect(read(text)).rejects.toThrow(`s.tsv: ${message}`);
  });

  it("are refused without a line", async () => {
    await expect(read("\n\n")).rejects.toMatchObject({ code: "EMPTY_DATA" });
  });
});
