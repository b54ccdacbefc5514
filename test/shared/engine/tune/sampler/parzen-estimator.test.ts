import { describe, expect, it } from "vitest";
import { createRandom } from "#engine/random.ts";
import { ageWeights, drawEvenly, estimateDensity } from "#engine/tune/sampler/parzen-estimator.ts";
import type { SpaceParam } from "#engine/tune/sampler/search-space.ts";
import { choice, float, int, logFloat } from "../objectives.ts";

/** Integral of the density of one parameter over its range, by the midpoint rule; `log` integrates over the logarithm. */
function integral(param: SpaceParam, values: number[], log: boolean): number {
  if (param.range.kind === "choice") return Number.NaN;
  const position = (value: number) => (log ? Math.log(value) : value);
  const [low, high] = [position(param.range.low), position(param.range.high)];
  const density = estimateDensity(
    [param],
    values.map((value) => ({ [param.name]: value })),
  );
  const cells = 4000;
  const width = (high - low) / cells;
  let sum = 0;
  for (let cell = 0; cell < cells; cell++) {
    const at = low + (cell + 0.5) * width;
    sum += Math.exp(density.logAt({ [param.name]: log ? Math.exp(at) : at })) * width;
  }
  return sum;
}

describe("estimateDensity", () => {
  it("is a density: it integrates to 1, in the logarithm where the range is searched there", () => {
    expect(integral(float("x", -3, 5), [-3, 0, 0.1, 5], false)).toBeCloseTo(1, 5);
    expect(integral(logFloat("x", 1e-4, 10), [1e-4, 0.02, 0.02, 10], true)).toBeCloseTo(1, 5);
  });

  it.each([false, true])("gives whole numbers probabilities that sum to 1 (log: %s)", (log) => {
    const density = estimateDensity([int("k", 3, 40, undefined, log)], [{ k: 3 }, { k: 17 }, { k: 40 }]);
    let sum = 0;
    for (let k = 3; k <= 40; k++) sum += Math.exp(density.logAt({ k }));
    expect(sum).toBeCloseTo(1, 10);
  });

  it("weighs choices as computed by hand", () => {
    // Observed a, a, b of {a, b, c}: 4 kernels with weight 1/4 each, the last one even. A kernel has 1 + 1/4 on its own choice and
    // 1/4 on the two others, sum 7/4: 5/7 and 1/7. P(a) = (5/7 + 5/7 + 1/7 + 1/3) / 4, P(c) = (1/7 · 3 + 1/3) / 4.
    const density = estimateDensity([choice("c", ["a", "b", "c"])], [{ c: "a" }, { c: "a" }, { c: "b" }]);
    expect(Math.exp(density.logAt({ c: "a" }))).toBeCloseTo((11 / 7 + 1 / 3) / 4, 12);
    expect(Math.exp(density.logAt({ c: "b" }))).toBeCloseTo((7 / 7 + 1 / 3) / 4, 12);
    expect(Math.exp(density.logAt({ c: "c" }))).toBeCloseTo((3 / 7 + 1 / 3) / 4, 12);
  });

  it("keeps parameters together: an observed pair is likelier than a mixed one", () => {
    const density = estimateDensity(
      [float("x", 0, 1), float("y", 0, 1)],
      [0, 0.02, 0.04].flatMap((shift) => [
        { x: 0.05 + shift, y: 0.05 + shift },
        { x: 0.95 - shift, y: 0.95 - shift },
      ]),
    );
    expect(density.logAt({ x: 0.05, y: 0.05 })).toBeGreaterThan(density.logAt({ x: 0.05, y: 0.95 }) + 0.5);
  });

  it("draws samples by its own density, inside the range", () => {
    const random = createRandom(1);
    const density = estimateDensity([int("k", 0, 9)], [{ k: 2 }, { k: 2 }, { k: 3 }]);
    const counts = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 20_000; draw++) {
      const { k } = density.sample(random);
      counts[k as number] = (counts[k as number] ?? Number.NaN) + 1;
    }
    // Standard error of a share is at most 0.0035.
    for (let k = 0; k < 10; k++) {
      expect(Math.abs((counts[k] as number) / 20_000 - Math.exp(density.logAt({ k })))).toBeLessThan(0.015);
    }
  });
});

describe("ageWeights", () => {
  it("counts the newest 25 in full and lets older ones rise evenly from 1/n", () => {
    expect(ageWeights(0)).toEqual([]);
    expect(ageWeights(25)).toEqual(new Array(25).fill(1));
    expect(ageWeights(26)).toEqual([1 / 26, ...new Array(25).fill(1)]);
    // n = 28: the three oldest go 1/28, (1/28 + 1)/2, 1.
    expect(ageWeights(28).slice(0, 4)).toEqual([1 / 28, 1 / 28 + (1 - 1 / 28) / 2, 1, 1]);
  });
});

describe("drawEvenly", () => {
  it("draws both ends of a range of whole numbers as often as its middle", () => {
    const random = createRandom(2);
    const counts = [0, 0, 0];
    for (let draw = 0; draw < 9_000; draw++) {
      const k = drawEvenly({ kind: "int", low: 5, high: 7, log: false }, random) as number;
      counts[k - 5] = (counts[k - 5] ?? Number.NaN) + 1;
    }
    // Mean 3,000, standard deviation 45.
    for (const count of counts) expect(Math.abs(count - 3_000)).toBeLessThan(225);
  });
});
