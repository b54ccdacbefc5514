import { describe, expect, it } from "vitest";
import { DistinctCount } from "#engine/experiment/statistics/distinct-count.ts";
import { TimeHistogram } from "#engine/experiment/statistics/time-histogram.ts";
import { createRandom } from "#engine/random.ts";

describe("the count of different things", () => {
  it.each([0, 1, 50, 1_000, 20_000, 300_000])("is right to a few percent for %i", (count) => {
    const random = createRandom(count);
    const counted = new DistinctCount();
    for (let thing = 0; thing < count; thing++) {
      const hash = random.below(2 ** 32);
      // Each comes twice.
      for (let time = 0; time < 2; time++) counted.add(hash);
    }
    // Three standard errors.
    expect(Math.abs(counted.estimate() - count)).toBeLessThanOrEqual(0.07 * count);
  });

  it("is that of both once joined, and survives as text", () => {
    const random = createRandom(1);
    const hashes = Array.from({ length: 9_000 }, () => random.below(2 ** 32));
    const whole = new DistinctCount();
    const [a, b] = [new DistinctCount(), new DistinctCount()];
    hashes.forEach((hash, at) => {
      whole.add(hash);
      if (at < 6_000) a.add(hash);
      if (at > 3_000) b.add(hash);
    });
    const joined = new DistinctCount(JSON.parse(JSON.stringify(a.toText())));
    joined.join(b);
    expect(joined.toText()).toBe(whole.toText());
    expect(new DistinctCount().toText()).toBe("");
  });
});

describe("the histogram of times", () => {
  it("knows a quantile to a tenth, from a millisecond to a day", () => {
    const times = Array.from({ length: 1_000 }, (_, at) => (at + 1) ** 2 / 10);
    const histogram = new TimeHistogram();
    for (const ms of times) histogram.add(ms);
    for (const share of [0.1, 0.5, 0.95, 0.99, 1]) {
      const exact = times[Math.ceil(share * times.length) - 1] as number;
      expect((histogram.quantile(share) as number) / exact, String(share)).toBeGreaterThanOrEqual(1);
      expect((histogram.quantile(share) as number) / exact, String(share)).toBeLessThan(1.11);
    }
    expect(new TimeHistogram().quantile(0.5)).toBeNull();
  });

  it("adds up, and survives as numbers", () => {
    const [a, b, both] = [new TimeHistogram(), new TimeHistogram(), new TimeHistogram()];
    for (const ms of [1, 5, 300]) for (const one of [a, both]) one.add(ms);
    for (const ms of [2, 5, 9_000]) for (const one of [b, both]) one.add(ms);
    const joined = new TimeHistogram(JSON.parse(JSON.stringify(a.toCounts())));
    joined.join(b);
    expect(joined.toCounts()).toEqual(both.toCounts());
  });
});
