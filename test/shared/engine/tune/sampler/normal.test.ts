import { describe, expect, it } from "vitest";
import { createRandom } from "#engine/random.ts";
import {
  densityAt,
  drawTruncated,
  massBetween,
  normalCdf,
  truncatedNormal,
} from "#engine/tune/sampler/normal.ts";

describe("normalCdf", () => {
  it.each([
    [0, 0.5],
    [1, 0.8413447460685429],
    [-1.959963984540054, 0.025],
    [3, 0.9986501019683699],
    [-5, 2.866515718791939e-7],
    [-40, 0],
    [40, 1],
  ])("of %d is %d", (z, expected) => {
    expect(normalCdf(z)).toBeCloseTo(expected, 14);
  });
});

describe("truncatedNormal", () => {
  it("has mass 1 on its interval, and density as the limit of mass", () => {
    const kernel = truncatedNormal(0.9, 0.5, 0, 1);
    expect(massBetween(kernel, 0, 1)).toBeCloseTo(1, 12);
    expect(massBetween(kernel, 0.3, 0.3001) / 0.0001).toBeCloseTo(densityAt(kernel, 0.30005), 5);
  });

  it("draws inside its interval, even from the edge of a wide one", () => {
    const random = createRandom(1);
    const kernel = truncatedNormal(0, 1, 0, 1);
    const draws = Array.from({ length: 5_000 }, () => drawTruncated(kernel, random));
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThanOrEqual(1);
    const share = draws.filter((draw) => draw < 0.5).length / draws.length;
    expect(Math.abs(share - massBetween(kernel, 0, 0.5))).toBeLessThan(0.03);
  });
});
