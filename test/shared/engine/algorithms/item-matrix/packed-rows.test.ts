import { describe, expect, it } from "vitest";
import {
  addPackedRow,
  joinPackedRows,
  packedSections,
  packNeighbours,
  requirePackedRows,
} from "../../../../../shared/engine/algorithms/item-matrix/packed-rows.ts";
import { PackedRowsWriter } from "../../../../../shared/engine/algorithms/item-matrix/packed-rows-writer.ts";
import { createRandom } from "../../../../../shared/engine/random.ts";

const row = (indices: number[], values: number[]) => ({
  indices: Uint32Array.from(indices),
  values: Float32Array.from(values),
});

function unpacked(rows: ReturnType<typeof packNeighbours>, at: number, itemCount: number): number[] {
  const out = new Float32Array(itemCount);
  addPackedRow(rows, at, 1, out);
  return [...out];
}

describe("packed rows", () => {
  it("hold values to 1/131,070 of the largest of the row", () => {
    const random = createRandom(4);
    const values = Array.from({ length: 50 }, () => random.next() * 7);
    const packed = packNeighbours([row([...values.keys()], values)], 50);
    const bound = Math.max(...values) / 131_070;
    unpacked(packed, 0, 50).forEach((value, at) => {
      expect(Math.abs(value - (values[at] as number))).toBeLessThanOrEqual(bound * 1.001);
    });
  });

  it("take two bytes an index up to 65,536 items and four beyond", () => {
    expect(packNeighbours([row([65_535], [1])], 65_536).indices).toBeInstanceOf(Uint16Array);
    const wide = packNeighbours([row([65_536], [1])], 65_537);
    expect(wide.indices).toEqual(Uint32Array.of(65_536));
  });

  it("keep empty rows and rows of zeros", () => {
    const packed = packNeighbours([row([], []), row([1], [0]), row([0], [2])], 2);
    expect(unpacked(packed, 0, 2)).toEqual([0, 0]);
    expect(unpacked(packed, 1, 2)).toEqual([0, 0]);
    expect(unpacked(packed, 2, 2)[0]).toBeCloseTo(2, 6);
  });

  it("are the same written column by column", () => {
    const rows = [row([0, 2], [1, 3]), row([1], [0]), row([], []), row([0, 1, 2], [5, 6, 7])];
    const writer = new PackedRowsWriter(4, 3);
    const forEachEntry = (visit: (at: number, column: number, value: number) => void) => {
      for (let column = 0; column < 3; column++) {
        for (const [at, { indices, values }] of rows.entries()) {
          const place = indices.indexOf(column);
          if (place >= 0) visit(at, column, values[place] as number);
        }
      }
    };
    forEachEntry((at, _, value) => writer.measure(at, value));
    const { rows: written, write } = writer.open();
    forEachEntry(write);
    expect(written).toEqual(packNeighbours(rows, 3));
  });

  it("are the same joined from parts as packed at once", () => {
    const rows = [row([0, 2], [1, 3]), row([1], [4]), row([], []), row([0, 1, 2], [5, 6, 7])];
    const parts = [rows.slice(0, 1), rows.slice(1, 3), rows.slice(3)].map((part) => packNeighbours(part, 3));
    expect(joinPackedRows(parts, 3)).toEqual(packNeighbours(rows, 3));
  });

  it.each<[string, (sections: ReturnType<typeof packedSections>) => void]>([
    ["an index beyond the items", ([, indices]) => indices?.data.fill(9)],
    ["rows that do not end at the last entry", ([indptr]) => indptr?.data.fill(0)],
    ["a negative scale", ([, , , scales]) => scales?.data.fill(-1)],
  ])("refuse %s", (_, damage) => {
    const sections = packedSections(packNeighbours([row([0, 1], [1, 2]), row([1], [3])], 2), "rows");
    expect(requirePackedRows(sections, "rows", 2, 2).shares).toHaveLength(3);
    damage(sections);
    expect(() => requirePackedRows(sections, "rows", 2, 2)).toThrow(
      expect.objectContaining({ code: "BAD_ARTIFACT" }),
    );
  });
});
