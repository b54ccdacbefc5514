import { describe, expect, it } from "vitest";
import { idCoverage } from "#engine/data/id-coverage.ts";
import { IdMapBuilder } from "#engine/data/id-map.ts";

function ids(...names: readonly string[]) {
  const builder = new IdMapBuilder();
  for (const name of names) builder.intern(name);
  return builder.finish();
}

describe("idCoverage", () => {
  it("counts how many ids of the data have metadata", () => {
    expect(idCoverage(ids("a", "b", "z"), ids("a", "b", "c"), "item")).toEqual({
      ids: 3,
      described: 2,
      warning: null,
    });
  });

  it("shows both sides when no id fits", () => {
    const { warning } = idCoverage(ids("17850.0", "13047.0"), ids("17850", "13047"), "user");
    expect(warning).toBe(
      'None of the 2 users in the data have metadata. There is none for "17850", "13047". The data does not have "17850.0", "13047.0" of this file.',
    );
  });

  it("shows a few of them only", () => {
    const numbers = Array.from({ length: 50 }, (_, at) => String(at));
    const { warning } = idCoverage(ids("0", ...numbers.map((id) => `i${id}`)), ids(...numbers), "item");
    expect(warning).toBe(
      '1 of the 50 items in the data has metadata. There is none for "1", "2", "3" and others. The data does not have "i0", "i1", "i2" of this file.',
    );
  });

  it("gives no warning for data without ids", () => {
    expect(idCoverage(ids("a"), ids(), "item")).toEqual({ ids: 0, described: 0, warning: null });
  });
});
