import { describe, expect, it } from "vitest";
import { isFarPastIsolate } from "#engine/scale/ingest/past-isolate.ts";
import { bytesOf, gzip } from "../../data/files.ts";

const ROW = "12345,678,4.5,1000000000\n";
const head = (row: string) => bytesOf(`user,item,rating,time\n${row.repeat(1_000)}`);
const rows = (count: number) => ({ bytes: count * ROW.length, hasTimes: true });

describe("a file far past an isolate", () => {
  it("has twice the rows that fit", () => {
    expect([1e6, 4e6, 6e6, 20e6].map((count) => isFarPastIsolate(head(ROW), rows(count)))).toEqual([
      ...[false, false, true, true],
    ]);
    expect(isFarPastIsolate(head(ROW), { ...rows(6e6), hasTimes: false })).toBe(false);
  });

  it("is not known by lines that may be parts of rows, by compressed bytes or by a few lines", () => {
    const large = rows(20e6);
    expect(isFarPastIsolate(head(`"a,\nb",678,4.5,1000000000\n`), large)).toBe(false);
    expect(isFarPastIsolate(gzip(head(ROW)), large)).toBe(false);
    expect(isFarPastIsolate(bytesOf(`user,item\n${"x".repeat(60_000)},y\n`), large)).toBe(false);
  });
});
