import { describe, expect, it } from "vitest";
import { resolveColumns } from "#engine/data/read/resolve-columns.ts";

describe("resolveColumns", () => {
  it.each([
    ["names", ["user", "item"], ["item", "user"], undefined, true, [1, 0]],
    ["positions in a file without a header", ["196", "242", "3"], ["1", "2"], undefined, false, [0, 1]],
    [
      "positions, though the first row holds their very numbers",
      ["2", "1", "3"],
      ["1", "2"],
      undefined,
      false,
      [0, 1],
    ],
    ["a header of numbers, when told that there is one", ["2", "1", "3"], ["1", "2"], true, true, [1, 0]],
    ["a header that has numbers beside names", ["user", "1", "2"], ["1", "2"], undefined, true, [1, 2]],
    ["a name and a position", ["user", "x", "9"], ["user", "3"], undefined, true, [0, 2]],
  ] as const)("finds %s", (_name, first, wanted, header, hasHeader, positions) => {
    expect(resolveColumns(first, wanted, header, ",")).toEqual({ hasHeader, positions });
  });

  it.each([
    ["a name that is not there", ["user", "item"], ["person"]],
    ["a position beyond the row", ["1", "2"], ["3"]],
  ])("names the column that is missing: %s", (_name, first, wanted) => {
    expect(() => resolveColumns(first, wanted, undefined, ",")).toThrow(
      expect.objectContaining({
        code: "BAD_DATA",
        message: expect.stringContaining(`Column "${wanted[0]}"`),
      }),
    );
  });
});
