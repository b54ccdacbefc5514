import { describe, expect, it } from "vitest";
import { BadArchive, tarEnd, tarEntries, tarHeader, tarPadding } from "#storage/tar.ts";

const encoder = new TextEncoder();
const FILES: readonly (readonly [string, string])[] = [
  ["project.json", "{}"],
  ["rows/a/000001.ndjson", "x".repeat(511)],
  ["empty", ""],
  ["blocks", "y".repeat(1024)],
];

function archive(files = FILES): Uint8Array<ArrayBuffer> {
  const parts = files.flatMap(([name, content]) => {
    const bytes = encoder.encode(content);
    return [tarHeader(name, bytes.length), bytes, tarPadding(bytes.length)];
  });
  return Uint8Array.from([...parts, tarEnd()].flatMap((part) => [...part]));
}

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readAll(bytes: Uint8Array, size: number): Promise<(readonly [string, string])[]> {
  const found: (readonly [string, string])[] = [];
  for await (const entry of tarEntries(chunksOf(bytes, size))) {
    let text = "";
    for await (const chunk of entry.bytes) text += new TextDecoder().decode(chunk);
    found.push([entry.name, text]);
  }
  return found;
}

describe("tar", () => {
  it.each([1, 7, 512, 100_000])("is read back however it is cut: chunks of %i bytes", async (size) => {
    expect(await readAll(archive(), size)).toEqual(FILES);
  });

  it("skips what its reader leaves", async () => {
    const names = [];
    for await (const { name } of tarEntries(chunksOf(archive(), 100))) names.push(name);
    expect(names).toEqual(FILES.map(([name]) => name));
  });

  it("refuses what is cut off, damaged, or no file", async () => {
    const whole = archive();
    await expect(readAll(whole.subarray(0, 700), 64)).rejects.toThrow(BadArchive);
    await expect(readAll(encoder.encode("no archive ".repeat(100)), 64)).rejects.toThrow(/not a tar archive/);
    const damaged = whole.slice();
    damaged[3] = 0;
    await expect(readAll(damaged, 64)).rejects.toThrow(/damaged/);
    expect(() => tarHeader("n".repeat(101), 0)).toThrow(RangeError);
  });
});
