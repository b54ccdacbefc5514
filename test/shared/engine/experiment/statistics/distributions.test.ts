import { expect, it } from "vitest";
import {
  chiSquareUpper,
  normalCdf,
  normalQuantile,
  normalTwoSided,
  studentQuantile,
  studentTwoSided,
} from "#engine/experiment/statistics/distributions.ts";

/** Printed tables: Abramowitz and Stegun 26.1, 26.8, 26.10. */
it("agrees with printed tables", () => {
  expect(normalCdf(1)).toBeCloseTo(0.841344746068543, 13);
  expect(normalCdf(0)).toBe(0.5);
  expect(normalQuantile(0.975)).toBeCloseTo(1.95996398454005, 12);
  expect(normalTwoSided(3)).toBeCloseTo(0.0026997960632602, 14);
  expect(studentTwoSided(2.776445105, 4)).toBeCloseTo(0.05, 9);
  expect(studentQuantile(0.995, 10)).toBeCloseTo(3.16927267, 7);
  expect(chiSquareUpper(5.991464547, 2)).toBeCloseTo(0.05, 9);
  expect(chiSquareUpper(18.30703805, 10)).toBeCloseTo(0.05, 9);
});

it("stays exact in far tails", () => {
  expect(normalCdf(-10) / 7.61985302416053e-24).toBeCloseTo(1, 10);
  expect(normalTwoSided(40)).toBeLessThan(1e-300);
  expect(normalQuantile(1e-20)).toBeCloseTo(-9.26234008979841, 8);
  expect(studentTwoSided(1e6, 3)).toBeGreaterThan(0);
});

it("has quantiles that are the inverse of the tails", () => {
  const shares = [1e-6, 0.01, 0.3, 0.5, 0.8, 0.999];
  for (const degrees of [1, 2.5, 30, 1e6]) {
    const back = shares.map((share) => {
      const t = studentQuantile(share, degrees);
      const tail = studentTwoSided(t, degrees) / 2;
      return t < 0 ? tail : 1 - tail;
    });
    back.forEach((share, at) => {
      expect(share / (shares[at] as number)).toBeCloseTo(1, 9);
    });
  }
});

it("comes to the normal with many degrees", () => {
  expect(studentTwoSided(1.7, 9e6)).toBeCloseTo(normalTwoSided(1.7), 6);
  expect(studentTwoSided(1.7, Number.POSITIVE_INFINITY)).toBe(normalTwoSided(1.7));
});
