import { describe, expect, it } from "vitest";
import { parseParams } from "#contract/parse-params.ts";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import { searchHints } from "#engine/tune/plan/search-hints.ts";

/** A matrix of that shape, with this number of entries in its first rows. */
function shaped(rowCount: number, columnCount: number, perRow: number, weight = 1): CsrMatrix {
  const indptr = new Uint32Array(rowCount + 1);
  for (let row = 0; row <= rowCount; row++) indptr[row] = row * perRow;
  const indices = new Uint32Array(rowCount * perRow);
  for (let at = 0; at < indices.length; at++) indices[at] = at % perRow;
  return { rowCount, columnCount, indptr, indices, values: new Float32Array(indices.length).fill(weight) };
}

describe("searchHints", () => {
  it("searches the unobserved weight around the density of the data", () => {
    const dense = searchHints(shaped(100, 100, 10), ["IALS"]);
    const sparse = searchHints(shaped(1000, 1000, 1), ["IALS"]);
    expect(dense.starts.IALS?.[0]?.alpha0).toBe(1.5);
    expect(sparse.starts.IALS?.[0]?.alpha0).toBe(0.015);
    const { low = 0, high = 0 } = sparse.ranges["IALS.alpha0"] ?? {};
    expect(high / low).toBeCloseTo(900, 6);
    expect(Math.sqrt(low * high)).toBeCloseTo(0.015, 6);
  });

  it("tries few factors in a part of the trials where many are expensive", () => {
    expect(searchHints(shaped(900, 1700, 100), ["IALS"]).ladders).toEqual({});
    const large = shaped(30_000, 40_000, 27);
    expect(searchHints(large, ["IALS"], { IALS: 10 }).ladders.IALS).toEqual({
      ...{ param: "n_components", low: 64, high: 256, lowTrials: 7 },
      shifts: { alpha0: 4 ** -0.2, reg: 4 ** 0.4 },
    });
    expect(searchHints(large, ["IALS"]).ladders.IALS?.lowTrials).toBe(7);
    expect(searchHints(shaped(2_000, 17_000, 40), ["IALS"]).ladders.IALS?.high).toBe(512);
    expect(searchHints(shaped(250_000, 90_000, 10), ["IALS"]).ladders.IALS?.high).toBe(128);
  });

  it.each([
    ["SparseSLIM", 50, 150],
    ["DegreeKNN", 100, 500],
  ] as const)(
    "tries %s with lists of %i before lists of %i where long ones are expensive",
    (name, low, high) => {
      const expensive = searchHints(shaped(30_000, 40_000, 27), [name], { [name]: 6 });
      expect(expensive.ladders).toEqual({ [name]: { param: "top_k", low, high, lowTrials: 5, shifts: {} } });
      const starts = expensive.starts[name] ?? [];
      expect(starts.length).toBeGreaterThan(1);
      for (const start of starts) {
        expect(start.top_k).toBe(low);
        expect(parseParams(name, start).ok).toBe(true);
      }
      expect(searchHints(shaped(900, 9_000, 100), [name]).ladders).toEqual({});
    },
  );

  it("tunes the rest of GF-CF with few vectors where many are expensive", () => {
    const large = shaped(30_000, 40_000, 27);
    const { ladders, starts } = searchHints(large, ["GFCF"], { GFCF: 4 });
    expect(ladders).toEqual({
      GFCF: { param: "n_components", low: 64, high: 256, lowTrials: 3, shifts: {} },
    });
    expect(starts.GFCF?.map(({ n_components, ideal_weight }) => [n_components, ideal_weight])).toEqual([
      [64, 0.3],
      [64, 0.6],
    ]);
    expect(searchHints(shaped(900, 1700, 100), ["GFCF"]).ladders).toEqual({});
    // 120 items: at most half as many vectors, which is below the lower rung.
    expect(searchHints(shaped(90_000, 120, 90), ["GFCF"]).ladders).toEqual({});
  });

  it("limits the length of lists by the room in memory", () => {
    expect(searchHints(shaped(10, 200_000, 2), ["DegreeKNN"]).ladders.DegreeKNN?.high).toBe(333);
  });

  it("takes no more than half as many factors as there are items or users", () => {
    const few = searchHints(shaped(33_000, 285, 2), ["IALS"]);
    expect(few.ranges["IALS.n_components"]).toEqual({ low: 4, high: 142 });
    expect(few.ladders.IALS?.high).toBe(142);
    const tiny = searchHints(shaped(20, 30, 2), ["IALS"]);
    expect(tiny.starts.IALS?.map(({ n_components }) => n_components)).toEqual([10, 10, 10]);
    expect(searchHints(shaped(3, 3, 2), ["IALS"]).ranges["IALS.n_components"]).toEqual({ low: 4, high: 4 });
  });

  it("draws at most 128 factors on small data, or one for eight of its users or items", () => {
    const highOf = (users: number, items: number, each: number) =>
      searchHints(shaped(users, items, each), ["IALS"]).ranges["IALS.n_components"]?.high;
    expect(highOf(943, 1682, 90)).toBe(128);
    expect(highOf(200, 1682, 90)).toBe(100);
    expect(highOf(2_000, 2_000, 20)).toBe(250);
    // With a ladder only its last trials have many.
    expect(highOf(2_000, 17_000, 40)).toBe(512);
  });

  it("takes logarithms of weights that differ widely, with their median as the unit", () => {
    const plays = { ...shaped(1, 5, 5), values: Float32Array.of(1, 20, 300, 20_000, 350_000) };
    expect(searchHints(plays, ["IALS"]).fixed).toEqual({ IALS: { confidence_scaling: "log", epsilon: 300 } });
    const ratings = { ...shaped(1, 5, 5), values: Float32Array.of(1, 2, 3, 4, 5) };
    expect(searchHints(ratings, ["IALS"]).fixed).toEqual({});
  });

  it("searches powers on either side of a start that is close to cosine", () => {
    const { ranges, starts } = searchHints(shaped(100, 100, 10), ["DegreeKNN"]);
    expect(ranges["DegreeKNN.a2"]?.low).toBeLessThan(0);
    for (const start of starts.DegreeKNN ?? []) expect(parseParams("DegreeKNN", start).ok).toBe(true);
    expect(starts.DegreeKNN?.at(-1)).toMatchObject({ a1: 0.5, a2: 0.5 });
  });

  it("bounds the length of lists by the memory they take", () => {
    const topK = (items: number) =>
      searchHints(shaped(10, items, 2), ["DegreeKNN"]).ranges["DegreeKNN.top_k"];
    expect(topK(1_000)).toEqual({ low: 10, high: 1000 });
    expect(topK(100_000)?.high).toBe(666);
    expect(topK(10_000_000)?.high).toBe(200);
  });

  it("gives no hints for algorithms that are not tried", () => {
    const plan = searchHints(shaped(100, 100, 10), ["CosineKNN"]);
    expect(plan).toEqual({ limits: {}, ranges: {}, starts: {}, ladders: {}, fixed: {} });
  });
});
