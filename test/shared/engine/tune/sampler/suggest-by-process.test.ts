import { describe, expect, it } from "vitest";
import { createRandom } from "#engine/random.ts";
import { drawEvenly } from "#engine/tune/sampler/parzen-estimator.ts";
import type { SpaceParam } from "#engine/tune/sampler/search-space.ts";
import { type Observation, suggestByProcess } from "#engine/tune/sampler/suggest-by-process.ts";
import { suggest } from "#engine/tune/sampler/tpe.ts";
import { createUnitSpace } from "#engine/tune/sampler/unit-space.ts";
import type { TrialRecord } from "#engine/tune/trial/trial.ts";

const space: readonly SpaceParam[] = [
  { name: "power", range: { kind: "float", low: -1, high: 1, log: false } },
  { name: "reg", range: { kind: "float", low: 1e-4, high: 1, log: true } },
  { name: "top_k", range: { kind: "int", low: 10, high: 1000, log: true } },
  { name: "kind", range: { kind: "choice", choices: ["a", "b"] } },
];

/** Best, with 1, at power .3, reg .02, top_k 100 and kind b. */
function worthOf({ power, reg, top_k, kind }: Observation["params"]): number {
  const distance =
    (Number(power) - 0.3) ** 2 +
    0.3 * Math.log10(Number(reg) / 0.02) ** 2 +
    0.1 * Math.log10(Number(top_k) / 100) ** 2;
  return Math.exp(-distance) - (kind === "b" ? 0 : 0.1);
}

function observed(count: number, seed: number): Observation[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const params = Object.fromEntries(space.map(({ name, range }) => [name, drawEvenly(range, random)]));
    return { params, value: worthOf(params) };
  });
}

describe("createUnitSpace", () => {
  it("maps parameters to a cube and back", () => {
    const unit = createUnitSpace(space);
    expect(unit.axes).toEqual([0, 1, 2, 3, 3]);
    const params = { power: 0.25, reg: 0.01, top_k: 77, kind: "b" };
    const point = unit.pointOf(params);
    expect(point.slice(0, 2)).toEqual([0.625, 0.5]);
    expect(unit.paramsAt(point)).toEqual({ ...params, reg: expect.closeTo(0.01, 10) });
  });

  it("moves values outside of a range to its border", () => {
    const unit = createUnitSpace(space.slice(0, 3));
    expect(unit.paramsAt([-1, 2, 1.5])).toEqual({ power: -1, reg: 1, top_k: 1000 });
  });

  it("keeps the distance of values outside of a narrowed range", () => {
    const unit = createUnitSpace([{ name: "n", range: { kind: "int", low: 256, high: 256, log: true } }]);
    const [below = 0] = unit.pointOf({ n: 64 });
    expect(below).toBeCloseTo(Math.log(64 / 255.5), 6);
    expect(unit.paramsAt([below])).toEqual({ n: 256 });
  });
});

describe("suggestByProcess", () => {
  it("comes closer to the optimum in 12 trials than the density estimate in 24", () => {
    const bestAfter = (
      next: (seen: Observation[], trial: number) => Observation["params"],
      trials: number,
    ) => {
      const values = [1, 2, 3, 4, 5, 6].map((seed) => {
        const seen = observed(6, seed);
        for (let trial = 0; trial < trials; trial++) {
          const params = next(seen, 100 * seed + trial);
          seen.push({ params, value: worthOf(params) });
        }
        return Math.max(...seen.map(({ value }) => value));
      });
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    };
    const byProcess = bestAfter((seen, seed) => suggestByProcess(space, seen, seed) ?? {}, 12);
    const byDensity = bestAfter((seen, trialNumber) => {
      const history = seen.map(
        (one, number): TrialRecord => ({ ...one, number, state: "COMPLETE", reports: [] }),
      );
      return suggest(space, history, { seed: 1, trialNumber, direction: "maximize" }) ?? {};
    }, 24);
    expect(byProcess).toBeGreaterThan(byDensity);
    expect(byProcess).toBeGreaterThan(0.97);
  });

  it("gives the same answer for the same seed and never one that was tried", () => {
    const seen = observed(8, 2);
    expect(suggestByProcess(space, seen, 5)).toEqual(suggestByProcess(space, seen, 5));
    expect(suggestByProcess(space, seen, 5)).not.toEqual(suggestByProcess(space, seen, 6));
    const [kinds] = [space.slice(3)];
    const both = ["a", "b"].map((kind) => ({ params: { kind }, value: 1 }));
    expect(suggestByProcess(kinds, both.slice(0, 1), 1)).toEqual({ kind: "b" });
    expect(suggestByProcess(kinds, both, 1)).toBeNull();
  });

  it("is not misled by one very bad value", () => {
    const disaster = { power: -1, reg: 1, top_k: 10, kind: "a" };
    const seen = [...observed(8, 7), { params: disaster, value: -1e6 }];
    for (let trial = 0; trial < 8; trial++) {
      const params = suggestByProcess(space, seen, trial) ?? {};
      seen.push({ params, value: worthOf(params) });
    }
    expect(Math.max(...seen.map(({ value }) => value))).toBeGreaterThan(0.97);
  });
});
