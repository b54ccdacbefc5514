import { describe, expect, it } from "vitest";
import {
  addSums,
  adjustedSample,
  meanSample,
  NO_UNITS,
  ratioSample,
  type UnitSums,
  withUnit,
} from "#engine/experiment/statistics/sample.ts";
import { createRandom } from "#engine/random.ts";

const sumsOf = (units: readonly (readonly [number, number])[]): UnitSums =>
  units.reduce((sums, [value, other]) => withUnit(sums, value, other), NO_UNITS);

it("is the same in one sum as in the sums of two days", () => {
  const units = Array.from({ length: 20 }, (_, at) => [at % 7, (at * 3) % 5] as const);
  expect(addSums(sumsOf(units.slice(0, 9)), sumsOf(units.slice(9)))).toEqual(sumsOf(units));
});

it("has no variance for fewer than two people", () => {
  expect(meanSample(NO_UNITS)).toEqual({ count: 0, mean: 0, variance: 0 });
  expect(meanSample(sumsOf([[5, 0]]))).toEqual({ count: 1, mean: 5, variance: 0 });
});

describe("a ratio", () => {
  it("is the sum over the sum, not the mean of ratios", () => {
    const sample = ratioSample(
      sumsOf([
        [1, 1],
        [1, 99],
      ]),
    );
    expect(sample.mean).toBeCloseTo(0.02, 12);
  });

  it("has the variance of many repeated tests", () => {
    const random = createRandom(7);
    const oneTest = () => {
      const units = Array.from({ length: 400 }, () => {
        const shown = 1 + random.below(30);
        const rate = random.next() * 0.4;
        return [
          Array.from({ length: shown }, () => random.next()).filter((draw) => draw < rate).length,
          shown,
        ] as const;
      });
      return ratioSample(sumsOf(units));
    };
    const tests = Array.from({ length: 600 }, oneTest);
    const means = meanSample(sumsOf(tests.map(({ mean }) => [mean, 0])));
    const told = tests.reduce((sum, { variance, count }) => sum + variance / count, 0) / tests.length;
    expect(told / means.variance).toBeGreaterThan(0.85);
    expect(told / means.variance).toBeLessThan(1.15);
  });

  it("is 0 where nothing was shown", () => {
    expect(
      ratioSample(
        sumsOf([
          [0, 0],
          [0, 0],
        ]),
      ),
    ).toEqual({ count: 2, mean: 0, variance: 0 });
  });
});

describe("values before the test", () => {
  const random = createRandom(11);
  const people = (lift: number) =>
    sumsOf(
      Array.from({ length: 5_000 }, () => {
        const before = 10 + 3 * random.normal();
        return [before + random.normal() + lift, before];
      }),
    );
  const [control, variant] = [people(0), people(0.1)];
  const all = addSums(control, variant);

  it("take most of the spread out and leave the difference", () => {
    const [a, b] = [adjustedSample(control, all), adjustedSample(variant, all)];
    expect(a.variance / meanSample(control).variance).toBeLessThan(0.12);
    expect(b.mean - a.mean).toBeGreaterThan(0.05);
    expect(b.mean - a.mean).toBeLessThan(0.15);
  });

  it("change nothing if they are the same for all", () => {
    const flat = sumsOf([
      [1, 4],
      [3, 4],
      [8, 4],
    ]);
    expect(adjustedSample(flat, flat)).toEqual(meanSample(flat));
  });
});
