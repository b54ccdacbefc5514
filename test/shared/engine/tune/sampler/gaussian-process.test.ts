import { describe, expect, it } from "vitest";
import { createRandom } from "#engine/random.ts";
import { fitGaussianProcess } from "#engine/tune/sampler/gaussian-process.ts";

const grid = Array.from({ length: 9 }, (_, at) => [at / 8]);
const wave = ([x = 0]: readonly number[]): number => Math.sin(5 * x);

describe("fitGaussianProcess", () => {
  it("passes through its observations, with little variance there", () => {
    const process = fitGaussianProcess(grid, grid.map(wave), [0]);
    for (const point of grid) {
      const { mean, deviation } = process.at(point);
      expect(Math.abs(mean - wave(point))).toBeLessThan(0.02);
      expect(deviation).toBeLessThan(0.02);
    }
  });

  it("finds a smooth function between the points, with more variance beyond them", () => {
    const process = fitGaussianProcess(grid, grid.map(wave), [0]);
    expect(process.at([0.4375]).mean).toBeCloseTo(wave([0.4375]), 2);
    expect(process.at([1.6]).deviation).toBeGreaterThan(10 * process.at([0.4375]).deviation);
  });

  it("learns which axis matters", () => {
    const random = createRandom(3);
    const points = Array.from({ length: 25 }, () => [random.next(), random.next()]);
    const process = fitGaussianProcess(points, points.map(wave), [0, 1]);
    const along = Math.abs(process.at([0.1, 0.5]).mean - process.at([0.4, 0.5]).mean);
    const across = Math.abs(process.at([0.3, 0.1]).mean - process.at([0.3, 0.9]).mean);
    expect(along).toBeGreaterThan(20 * across);
  });

  it("smooths over noise", () => {
    const random = createRandom(4);
    const points = Array.from({ length: 40 }, (_, at) => [at / 39]);
    const values = points.map((point) => wave(point) + 0.3 * random.normal());
    const process = fitGaussianProcess(points, values, [0]);
    const errorOf = (estimate: (at: number) => number) =>
      points.reduce((sum, point, at) => sum + (estimate(at) - wave(point)) ** 2, 0);
    expect(errorOf((at) => process.at(points[at] as number[]).mean)).toBeLessThan(
      0.3 * errorOf((at) => values[at] as number),
    );
  });

  it("takes one point, equal points and equal values", () => {
    expect(fitGaussianProcess([[0.5]], [3], [0]).at([0.9]).mean).toBeCloseTo(3, 6);
    const same = fitGaussianProcess([[0.5], [0.5], [0.5]], [1, 2, 3], [0]).at([0.5]);
    expect(same.mean).toBeCloseTo(2, 1);
    expect(fitGaussianProcess(grid, new Array(9).fill(7), [0]).at([0.3]).mean).toBeCloseTo(7, 6);
  });
});
