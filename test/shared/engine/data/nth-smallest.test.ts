import { describe, expect, it } from "vitest";
import { nthSmallest } from "#engine/data/nth-smallest.ts";
import { createRandom } from "#engine/random.ts";

describe("nthSmallest", () => {
  it("agrees with sorting at every position, with many values equal and with none", () => {
    const random = createRandom(1);
    for (const distinct of [1, 2, 5, 1000]) {
      for (const length of [1, 2, 3, 10, 57]) {
        const values = Float64Array.from({ length }, () => random.below(distinct));
        const sorted = values.toSorted();
        for (let n = 0; n < length; n++) expect(nthSmallest(values.slice(), n)).toBe(sorted[n]);
      }
    }
  });

  it("takes sorted values either way round", () => {
    const rising = Float64Array.from({ length: 1000 }, (_, at) => at);
    expect(nthSmallest(rising.slice(), 900)).toBe(900);
    expect(nthSmallest(rising.toReversed(), 900)).toBe(900);
  });
});
