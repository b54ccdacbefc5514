import { describe, expect, it } from "vitest";
import { resolveColumns } from "#engine/data/read/resolve-columns.ts";

const rows = (first: string[], ...following: string[][]) => ({ first, following, separator: "," });

describe("resolveColumns", () => {
  it.each([
    ["names", rows(["user", "item"]), ["item", "user"], undefined, true, [1, 0]],
    [
      "positions without a header",
      rows(["196", "242", "3"], ["3", "4", "5"]),
      ["1", "2"],
      undefined,
      false,
      [0, 1],
    ],
    [
      "positions, though a cell of the first row has their very number",
      rows(["u0", "i0", "1"], ["u1", "i5", "4"], ["u0", "i7", "9"]),
      ["1", "2"],
      undefined,
      false,
      [0, 1],
    ],
    [
      "positions under a header",
      rows(["userId", "itemId"], ["u0", "i0"], ["u1", "i5"]),
      ["1", "2"],
      undefined,
      true,
      [0, 1],
    ],
    [
      "a header of numbers, when told that there is one",
      rows(["2", "1", "3"]),
      ["1", "2"],
      true,
      true,
      [1, 0],
    ],
    [
      "a header that counts from 0 over text",
      rows(["0", "1", "2"], ["ann", "lamp", "x"]),
      ["1", "2"],
      undefined,
      true,
      [1, 2],
    ],
    [
      "a header that has numbers beside names, over text",
      rows(["stars", "1", "2"], ["5", "ann", "lamp"], ["4", "bob", "tv"]),
      ["1", "2"],
      undefined,
      true,
      [1, 2],
    ],
    [
      "positions that the header's numbers do not change, when told that there is none",
      rows(["2", "1"]),
      ["1", "2"],
      false,
      false,
      [0, 1],
    ],
    ["a name and a position", rows(["user", "x", "9"]), ["user", "3"], undefined, true, [0, 2]],
    ["a name with blanks around it", rows(["user", "item"]), ["item ", "user"], undefined, true, [1, 0]],
  ] as const)("finds %s", (_name, first, wanted, header, hasHeader, positions) => {
    const found = resolveColumns(first, wanted, header);
    expect([found.header.hasHeader, found.positions]).toEqual([hasHeader, positions]);
  });

  it.each([
    ["a name that is not there", ["user", "item"], ["person"], '"user", "item"'],
    ["a position beyond the row", ["1", "2"], ["3"], "the first row has 2 columns"],
    ["a position of nothing", ["1", "2"], ["0"], "Positions count from 1"],
    ["a name where there is no other column", ["a;b"], ["b"], "separator"],
    ["a blank name", ["user", "item"], [" "], '"user", "item"'],
  ])("names the column that is missing: %s", (_name, first, wanted, words) => {
    const resolve = () => resolveColumns(rows(first), wanted, undefined);
    expect(resolve).toThrow(expect.objectContaining({ code: "BAD_DATA" }));
    expect(resolve).toThrow(`Column "${wanted[0]}" not found`);
    expect(resolve).toThrow(words);
  });

  it("refuses a name that two columns have, with both positions", () => {
    const first = rows(["item", "user", "item"], ["0", "u0", "i0"]);
    expect(() => resolveColumns(first, ["user", "item"], undefined)).toThrow(/"item", at positions 1 and 3/);
    expect(resolveColumns(first, ["2", "3"], undefined)).toMatchObject({
      header: { hasHeader: true },
      positions: [1, 2],
    });
  });

  it.each([[["user", "1"]], [["1", "1"]], [["user", "item", "item"]]])(
    "refuses one column for two: %s",
    (wanted) => {
      expect(() => resolveColumns(rows(["user", "item"], ["a", "b"]), wanted, undefined)).toThrow(
        /Column \d of the file is chosen as/,
      );
    },
  );
});
