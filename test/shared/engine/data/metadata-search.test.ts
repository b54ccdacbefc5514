import { describe, expect, it } from "vitest";
import { IdMapBuilder } from "#engine/data/id-map.ts";
import { type MetadataReader, metadataOf, metadataSections } from "#engine/data/item-metadata.ts";
import { finishSteps } from "#engine/in-steps.ts";

function readerOf(records: readonly Record<string, unknown>[]): MetadataReader {
  const encoder = new TextEncoder();
  const parts = records.map((record) => encoder.encode(JSON.stringify(record)));
  const offsets = new Uint32Array(parts.length + 1);
  for (const [at, part] of parts.entries()) offsets[at + 1] = (offsets[at] as number) + part.length;
  const bytes = new Uint8Array(offsets.at(-1) as number);
  for (const [at, part] of parts.entries()) bytes.set(part, offsets[at]);
  const ids = new IdMapBuilder();
  for (const at of records.keys()) ids.intern(`i${at}`);
  return metadataOf(
    metadataSections({
      itemIds: ids.finish(),
      columns: ["title"],
      numericColumns: [],
      records: { bytes, offsets },
    }),
  );
}

/** The rule itself: the text occurs in a value, in upper or lower case. */
function naive(records: readonly Record<string, unknown>[], text: string): string[] {
  const wanted = text.toLowerCase();
  return records.flatMap((record, at) =>
    [`i${at}`, ...Object.values(record)].some((value) => String(value).toLowerCase().includes(wanted))
      ? [`i${at}`]
      : [],
  );
}

const RECORDS = [
  { title: "The Last Train", year: 1999, tags: ["a", "b"] },
  { title: "ÉTÉ à la plage", year: 2001 },
  { title: "東京 train", note: null },
  { title: 'with "quotes" and \\ back', flag: true },
  { title: "3 \u212Aelvin", year: 1e21 },
  { title: "line\nbreak", year: 1.5 },
];

describe("searching metadata", () => {
  it.each([
    "train",
    "TRAIN",
    "1999",
    "été",
    "東京",
    '"quotes',
    "\\",
    "kelvin",
    "a,b",
    "title",
    "null",
    "true",
    "1e+21",
    "nbreak",
    "i3",
    "1.5",
    "zzz",
  ])("finds %s as reading every record does", (text) => {
    expect(finishSteps(readerOf(RECORDS).search(text, 100))).toEqual(naive(RECORDS, text));
  });

  it("comes in steps, so that serving continues meanwhile", () => {
    const many = Array.from({ length: 20_000 }, (_, at) => ({ title: `record ${at} ${"x".repeat(40)}` }));
    const steps = readerOf(many).search("no such text", 20);
    let pauses = 0;
    while (!steps.next().done) pauses += 1;
    expect(pauses).toBeGreaterThan(15);
  });
});
