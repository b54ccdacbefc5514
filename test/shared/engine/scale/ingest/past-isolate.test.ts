import { describe, expect, it } from "vitest";
import { isFarPastIsolate } from "#engine/scale/ingest/past-isolate.ts";
import { bytesOf, gzip } from "../../data/files.ts";

const ROW = "12345,678,4.5,1000000000\n";
const head = (row: string) => bytesOf(`user,item,rating,time\n${row.repeat(1_000)}`);
const rows = (count: number) => ({ bytes: count * ROW.length, hasTimes: true, dropsRows: false });

describe("a file far past an isolate", () => {
  it("has a fifth more rows than fit, or twice as many where rules leave rows out", () => {
    const counts = [1e6, 3e6, 4e6, 6e6, 20e6];
    const found = (more: { hasTimes?: boolean; dropsRows?: boolean }) =>
      counts.map((count) => isFarPastIsolate([head(ROW)], { ...rows(count), ...more }));
    expect(found({})).toEqual([false, false, true, true, true]);
    expect(found({ dropsRows: true })).toEqual([false, false, false, true, true]);
    expect(found({ hasTimes: false })).toEqual([false, false, false, false, true]);
  });

  it("is told by all samples: rows get longer with their ids", () => {
    const samples = [head("1,2,3,4\n"), head(ROW), head(ROW)];
    const bytes = 50e6;
    const facts = { bytes, hasTimes: true, dropsRows: false };
    expect([isFarPastIsolate(samples.slice(0, 1), facts), isFarPastIsolate(samples, facts)]).toEqual([
      true,
      false,
    ]);
  });

  it("is not known by lines that may be parts of rows, by compressed bytes or by a few lines", () => {
    const large = rows(20e6);
    expect(isFarPastIsolate([head(`"a,\nb",678,4.5,1000000000\n`)], large)).toBe(false);
    expect(isFarPastIsolate([gzip(head(ROW))], large)).toBe(false);
    expect(isFarPastIsolate([bytesOf(`user,item\n${"x".repeat(60_000)},y\n`)], large)).toBe(false);
  });
});
