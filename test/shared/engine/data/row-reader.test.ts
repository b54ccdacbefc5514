import { describe, expect, it } from "vitest";
import { type RowReader, rowsOf, TransposedRows } from "#engine/data/row-reader.ts";
import { transpose } from "#engine/data/transpose.ts";
import { matrixOf, randomRows } from "../algorithms/fit-fixture.ts";

const matrix = matrixOf(
  // One column that everybody has, and one that nobody has.
  randomRows(90, 60, 5, 0.2).map((row) => row.map((value, at) => (at === 7 ? 2 : at === 11 ? 0 : value))),
);
const whole = rowsOf(transpose(matrix));

function entries(reader: RowReader, from: number, to: number) {
  const { indices, values } = reader.entriesOf(from, to);
  return { indices: [...indices], values: [...values] };
}

describe("the rows of a transpose", () => {
  it("are those of the whole transpose", () => {
    const panels = new TransposedRows(matrix);
    expect([panels.rowCount, panels.columnCount]).toEqual([whole.rowCount, whole.columnCount]);
    expect(panels.indptr).toEqual(whole.indptr);
  });

  it.each([1, 2, 7, 25, 60])("are read in order, %i at once, twice", (count) => {
    const panels = new TransposedRows(matrix);
    for (let from = 0; from < 120; from += count) {
      const [first, last] = [from % 60, Math.min(60, (from % 60) + count)];
      expect(entries(panels, first, last)).toEqual(entries(whole, first, last));
    }
  });

  it("are read from any row on, and back", () => {
    const panels = new TransposedRows(matrix);
    for (const [from, to] of [
      [41, 44],
      [50, 60],
      [6, 9],
      [0, 60],
      [7, 8],
      [11, 12],
      [12, 12],
      [3, 58],
    ] as const) {
      expect(entries(panels, from, to)).toEqual(entries(whole, from, to));
    }
  });

  it("hold converted values", () => {
    const panels = new TransposedRows(matrix, (values) => values.map((value) => 10 * value));
    const expected = entries(whole, 5, 20);
    expect(entries(panels, 5, 20)).toEqual({
      ...expected,
      values: expected.values.map((value) => Math.fround(10 * value)),
    });
  });
});
