import { describe, expect, it } from "vitest";
import { fittingEntries, fittingTopK, MOST_MODEL_BYTES } from "#engine/algorithms/sequence/model-room.ts";
import { createRandom } from "#engine/random.ts";

const kept = (counts: Uint32Array, topK: number): number =>
  counts.reduce((sum, count) => sum + Math.min(topK, count), 0);

describe("fittingEntries", () => {
  it("divides what rows and scales leave by the bytes of an entry", () => {
    // 1,000 rows of 8 bytes leave 92,000; 6 bytes an entry.
    expect(fittingEntries(1_000, 4, 100_000)).toBe(15_333);
    expect(fittingEntries(1_000, 2, 100_000)).toBe(23_000);
  });

  it("leaves an entry to each item of the largest catalogue", () => {
    expect(fittingEntries(5_000_000, 4)).toBe(5_000_000);
    expect(fittingEntries(100_000, 4) * 6 + 800_000).toBeLessThanOrEqual(MOST_MODEL_BYTES);
  });
});

describe("fittingTopK", () => {
  it("keeps what is asked for where it fits", () => {
    expect(fittingTopK(Uint32Array.of(3, 9, 1), 100, 13)).toBe(100);
    expect(fittingTopK(Uint32Array.of(3, 9, 1), 4, 8)).toBe(4);
  });

  it("finds the largest number whose rows fit", () => {
    const random = createRandom(3);
    for (let run = 0; run < 50; run++) {
      const counts = Uint32Array.from({ length: 40 }, () => random.below(200));
      const entries = 40 + random.below(2_000);
      const found = fittingTopK(counts, 150, entries);
      expect(kept(counts, found)).toBeLessThanOrEqual(entries);
      if (found < 150) expect(kept(counts, found + 1)).toBeGreaterThan(entries);
    }
  });

  it("keeps one target each where not even these fit", () => {
    expect(fittingTopK(Uint32Array.of(5, 5, 5), 100, 2)).toBe(1);
  });
});
