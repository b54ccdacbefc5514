import { describe, expect, it } from "vitest";
import type { Section } from "../../../../shared/engine/artifact/section.ts";
import { csrRow } from "../../../../shared/engine/data/csr-row.ts";
import {
  datasetOf,
  datasetSections,
  datasetShape,
  isNeededForDataset,
  itemBlock,
  itemBlockPrefix,
  itemUsersOf,
  userBlock,
  userBlockPrefix,
} from "../../../../shared/engine/data/dataset-artifact.ts";
import { DatasetBuilder } from "../../../../shared/engine/data/dataset-builder.ts";
import { transpose } from "../../../../shared/engine/data/transpose.ts";
import { entriesOf, fixtureRandom } from "./files.ts";

async function dataset(rowCount = 2000, hasTimes = true) {
  const random = fixtureRandom(3);
  const builder = new DatasetBuilder({ hasTimes });
  for (let row = 0; row < rowCount; row++) {
    builder.add(`u${Math.floor(random() * 60)}`, `i${Math.floor(random() * 90)}`, 1, row);
  }
  return (await builder.finish(async () => {})).dataset;
}

const sectionBytes = (sections: readonly Section[]) =>
  sections.reduce((bytes, section) => bytes + section.data.byteLength, 0);

describe("transpose", () => {
  it("turns rows into columns", () => {
    // 1 . 2      1 3
    // 3 4 .  →   . 4
    //            2 .
    const matrix = {
      rowCount: 2,
      columnCount: 3,
      indptr: Uint32Array.of(0, 2, 4),
      indices: Uint32Array.of(0, 2, 0, 1),
      values: Float32Array.of(1, 2, 3, 4),
    };
    expect(transpose(matrix)).toEqual({
      rowCount: 3,
      columnCount: 2,
      indptr: Uint32Array.of(0, 2, 3, 4),
      indices: Uint32Array.of(0, 1, 1, 0),
      values: Float32Array.of(1, 3, 4, 2),
    });
  });

  it("gives the matrix back when it is applied twice", async () => {
    const { userItems } = await dataset();
    expect(transpose(transpose(userItems))).toEqual(userItems);
  });
});

describe("csrRow", () => {
  it("views one row and refuses one that is not there", async () => {
    const { userItems } = await dataset();
    const row = csrRow(userItems, 1);
    expect(row.indices.buffer).toBe(userItems.indices.buffer);
    expect(row.indices.length).toBe(row.weights.length);
    expect(() => csrRow(userItems, userItems.rowCount)).toThrow(RangeError);
  });
});

describe("dataset artifact", () => {
  it.each([
    ["one block", undefined, true],
    ["one block without times", undefined, false],
    ["many blocks", 2048, true],
    ["a block a row", 1, false],
  ])("comes back from %s as it was", async (_, maxBlockBytes, hasTimes) => {
    const original = await dataset(2000, hasTimes);
    const sections = datasetSections(original, maxBlockBytes);
    const decoded = datasetOf(sections);
    expect(entriesOf(decoded)).toEqual(entriesOf(original));
    expect(itemUsersOf(sections)).toEqual(transpose(original.userItems));
    expect(decoded.times === null).toBe(!hasTimes);
  });

  it("is read without the blocks of items", async () => {
    const original = await dataset(2000, false);
    const sections = datasetSections(original, 2048);
    const needed = sections.filter(({ name }) => isNeededForDataset(name));
    expect(entriesOf(datasetOf(needed))).toEqual(entriesOf(original));
    const blocks = sections.filter(({ name }) => name.startsWith(itemBlockPrefix(0).slice(0, -2)));
    expect(sectionBytes(needed)).toBe(sectionBytes(sections) - sectionBytes(blocks));
    expect(blocks.length).toBeGreaterThan(3);
  });

  it("keeps blocks within their bytes, side by side, and readable alone", async () => {
    const original = await dataset();
    const sections = datasetSections(original, 2048);
    const shape = datasetShape(sections);
    expect(shape.userBlockCount).toBeGreaterThan(3);
    const shared = sections.filter(({ name }) => name === "dataset.shape" || name.endsWith(".rows"));
    for (let block = 0; block < shape.userBlockCount; block++) {
      const own = sections.filter(({ name }) => name.startsWith(userBlockPrefix(block)));
      const at = own.map((section) => sections.indexOf(section));
      expect(at).toEqual(at.map((_, index) => (at[0] ?? 0) + index));
      expect(sectionBytes(own)).toBeLessThanOrEqual(2048);
      const read = userBlock([...shared, ...own], block);
      for (let row = 0; row < read.matrix.rowCount; row++) {
        expect(csrRow(read.matrix, row)).toEqual(csrRow(original.userItems, read.firstRow + row));
      }
    }
    const own = sections.filter(({ name }) => name.startsWith(itemBlockPrefix(1)));
    expect(itemBlock([...shared, ...own], 1).matrix.columnCount).toBe(shape.userCount);
  });

  const change = (name: string, data: (old: Section["data"]) => Section["data"]) => (sections: Section[]) =>
    sections.map((section) => (section.name === name ? { name, data: data(section.data) } : section));

  it.each([
    ["a missing section", (sections: Section[]) => sections.filter(({ name }) => !name.endsWith("0.values"))],
    ["values cut short", change("dataset.user-blocks/0.values", (old) => old.subarray(1))],
    ["an item past the last", change("dataset.user-blocks/0.indices", (old) => old.map(() => 9999))],
    ["unsorted items", change("dataset.user-blocks/0.indices", (old) => old.map(() => 1))],
    ["a weight of zero", change("dataset.user-blocks/0.values", (old) => old.map(() => 0))],
    [
      "a weight that is no number",
      change("dataset.user-blocks/0.values", (old) => old.map(() => Number.NaN)),
    ],
    ["another shape", change("dataset.shape", () => Uint32Array.of(1, 2, 3))],
    ["rows that do not add up", change("dataset.user-blocks.rows", () => Uint32Array.of(0, 1))],
    ["sections of another type", change("dataset.shape", () => Float32Array.of(1, 2, 3))],
  ])("is refused with %s", async (_, spoil) => {
    const sections = spoil(datasetSections(await dataset()));
    expect(() => datasetOf(sections)).toThrow(expect.objectContaining({ code: "BAD_ARTIFACT" }));
  });
});
