import { describe, expect, it } from "vitest";
import { type FileBeginning, factsOfBeginning } from "#engine/scale/estimate/file-facts.ts";

const factsOf = (name: string, head: string, more: Partial<FileBeginning> = {}) =>
  factsOfBeginning({ name, head, bytes: 1e9, columns: ["user", "item"], separator: undefined, ...more });

describe("the beginning of a file", () => {
  it("says how long its rows are, without the header and the row that is cut off", () => {
    const head = `user,item,a long name of a column\n${"u1,i1,345\n".repeat(50)}u1`;
    expect(factsOf("a.csv", head)).toEqual({
      ...{ isGzip: false, isOneRange: false, hasQuotes: false, rowBytes: 10 },
    });
    expect(factsOf("a.csv", "user,item\nü,i\nü,i\nü,i\n").rowBytes).toBe(5);
  });

  it("says which files are one range", () => {
    const records = `[${'{"user":1,"item":22},'.repeat(40)}`;
    const columns = `{"user":{"0":1,"1":2`;
    const lines = '{"user":1,"item":22}\n'.repeat(40);
    expect(
      [
        factsOf("a.json", records),
        factsOf("a.json", columns),
        factsOf("a.ndjson", lines),
        factsOf("a.csv", "user,item\r1,22\r2,33\r3,44\r"),
        factsOf("a.csv.gz", "user,item\n1,22\n2,33\n3,44\n"),
      ].map(({ isGzip, isOneRange, rowBytes }) => ({ isGzip, isOneRange, rowBytes })),
    ).toEqual([
      { isGzip: false, isOneRange: true, rowBytes: 21 },
      { isGzip: false, isOneRange: true, rowBytes: undefined },
      { isGzip: false, isOneRange: false, rowBytes: 21 },
      { isGzip: false, isOneRange: true, rowBytes: 5 },
      { isGzip: true, isOneRange: true, rowBytes: 5 },
    ]);
  });

  it("says nothing where nothing is given", () => {
    expect(factsOf("a.csv", "")).toEqual({ isGzip: false, isOneRange: false, hasQuotes: false });
  });
});
