import { describe, expect, it } from "vitest";
import {
  bootstrapInSteps,
  bootstrapInterval,
  bootstrapIntervals,
} from "#engine/evaluate/bootstrap-interval.ts";
import { createRandom } from "#engine/random.ts";

describe("bootstrapInterval", () => {
  const values = Float32Array.from({ length: 400 }, (_, at) => at % 2);

  it("is about two standard errors to either side of the mean", () => {
    // Mean 0.5, standard deviation 0.5, so 1.96 · 0.5 / √400 = 0.049; the bootstrap adds about 5 % noise of its own.
    const { low, high } = bootstrapInterval(values, createRandom(1));
    expect(Math.abs(0.5 - low - 0.049)).toBeLessThan(0.006);
    expect(Math.abs(high - 0.5 - 0.049)).toBeLessThan(0.006);
  });

  it("is wider at a higher confidence, and the same for the same seed", () => {
    const at = (confidence: number) => bootstrapInterval(values, createRandom(2), { confidence });
    expect(at(0.99).high).toBeGreaterThan(at(0.9).high);
    expect(at(0.9)).toEqual(at(0.9));
  });

  it("is a point when all values are equal, and refuses no values", () => {
    expect(bootstrapInterval(new Float32Array([0.25, 0.25]), createRandom(1))).toEqual({
      low: 0.25,
      high: 0.25,
    });
    expect(() => bootstrapInterval(new Float32Array(0), createRandom(1))).toThrow(
      expect.objectContaining({ code: "EMPTY_DATA" }),
    );
  });
});

describe("bootstrapIntervals", () => {
  const random = createRandom(4);
  const valuesOf = (count: number) => Float32Array.from({ length: count }, () => random.next());
  const perUser = { "ndcg@10": valuesOf(900), "hit@10": valuesOf(900) } as const;

  it("takes the same resamples for each metric, as one metric alone would", () => {
    for (const [metric, values] of Object.entries(perUser)) {
      const intervals: Record<string, unknown> = bootstrapIntervals(perUser, 9);
      expect(intervals[metric]).toEqual(bootstrapInterval(values, createRandom(9)));
    }
  });

  it("pauses every 250,000 draws", () => {
    const steps = bootstrapInSteps(perUser, 9);
    let pauses = 0;
    while (!steps.next().done) pauses++;
    // 900,000 draws: 278 resamples between two pauses.
    expect(pauses).toBe(3);
  });

  it("has none for no metrics, and refuses metrics without users", () => {
    expect(bootstrapIntervals({}, 1)).toEqual({});
    expect(() => bootstrapIntervals({ "ndcg@10": new Float32Array(0) }, 1)).toThrow("No values");
  });
});
