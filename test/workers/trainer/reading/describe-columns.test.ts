import { describe, expect, it } from "vitest";
import { readMetadata } from "#engine/data/build/read-metadata.ts";
import { metadataOf, metadataSections } from "#engine/data/item-metadata.ts";
import { withColumns } from "#trainer/reading/describe-columns.ts";

const effects = { breathe: async () => {}, gunzip: (bytes: AsyncIterable<Uint8Array>) => bytes };
const whole = (item: number) => Array.from({ length: 8 }, (_, at) => Math.cos(item + at));
const base64 = (numbers: readonly number[]) =>
  Buffer.from(Float32Array.from(numbers).buffer).toString("base64");

async function reportOf(cells: readonly string[]) {
  const lines = cells.map((cell, at) => `i${at},"${cell.replaceAll('"', '""')}"`);
  const bytes = new Blob([`item,words\n${lines.join("\n")}\n`]).stream();
  const columns = { item: "item" };
  const { metadata, report } = await readMetadata(
    { name: "m.csv", bytes },
    { ...effects, columns, about: "item" },
  );
  return withColumns(report, metadataOf(metadataSections(metadata)), [], effects);
}

const good = Array.from({ length: 9 }, (_, item) => JSON.stringify(whole(item)));

describe("the report of a file with a column of vectors", () => {
  it("names the rows that have no vector of the column, and why", async () => {
    const { columns, warnings } = await reportOf([
      ...good,
      JSON.stringify(whole(1).slice(1)),
      JSON.stringify(whole(1).map(() => 0)),
      base64([...whole(1).slice(1), Number.NaN]),
      base64([...whole(1).slice(1), Number.POSITIVE_INFINITY]),
      "words",
      base64(whole(3)).slice(0, -3),
    ]);
    expect(columns.find(({ name }) => name === "words")?.guess).toEqual({ type: "vector" });
    const text = warnings.join("\n");
    expect(text).toContain('The column "words" has vectors, and 6 values that are none: line 11 ("i9") has ');
    expect(text).toContain("not a vector of 8 numbers as other rows; line 12");
    expect(text).toContain("not a vector that has a direction; line 13");
    for (const line of [13, 14, 15, 16]) {
      expect(text).toMatch(
        new RegExp(
          `line ${line} \\("i${line - 2}"\\) has [^;]*not a JSON list of numbers, or float32 numbers in base64`,
        ),
      );
    }
    expect(text).toContain("These rows count as without a vector.");
  });

  it("names ten of many, and counts the rest", async () => {
    const { warnings } = await reportOf([...good, ...good, ...Array.from({ length: 12 }, () => "none")]);
    expect(warnings.join()).toContain("12 values that are none");
    expect(warnings.join()).toContain("; and 2 more.");
  });

  it("says nothing where all values are vectors, or a row has none", async () => {
    const { columns, warnings } = await reportOf([...good, ""]);
    expect(columns.find(({ name }) => name === "words")?.guess).toEqual({ type: "vector" });
    expect(warnings).toEqual([]);
  });
});
