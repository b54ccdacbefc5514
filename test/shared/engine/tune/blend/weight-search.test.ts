import { describe, expect, it } from "vitest";
import {
  type LengthWeight,
  weightAmong,
} from "../../../../../shared/engine/algorithms/blend/length-weight.ts";
import type { CandidateScores } from "../../../../../shared/engine/tune/blend/candidate-scores.ts";
import { WeightSearch } from "../../../../../shared/engine/tune/blend/weight-search.ts";
import { runToEnd } from "../../../../../shared/engine/tune/trial/run-to-end.ts";

const STEP = { type: "work", progress: 0.9 } as const;

/** Weights of three models in two slots, best at 1 to `best`, where the second model of the first slot is useless. */
function search(best: number) {
  const asked: (readonly number[])[] = [];
  const measure = (parts: readonly LengthWeight[]): number => {
    const weights = parts.map(({ weight }) => weight);
    if (parts.every(({ lengthPower }) => lengthPower === 0)) asked.push(weights);
    const [first = 0, useless = 0, second = 0] = weights;
    if (useless > 0) return 0.1;
    if (first === 0 || second === 0) return 0.5 + 0.1 * Number(first > 0);
    return 1 - Math.abs(Math.log(second / first / best)) / 10;
  };
  const found = new WeightSearch({ slots: [2, 1] }, {
    measure,
    typicalKnownCount: 5,
  } as unknown as CandidateScores);
  const alone = found.measureAlone();
  return { asked, alone, blend: runToEnd(found.run(alone, STEP)) };
}

/** Two models for people of whom 1, 10 and 100 items are known: the second is worth `worth(known)` times the first. */
function searchByLength(worth: (known: number) => number) {
  const lengths = [1, 10, 100];
  const measure = ([first, second]: readonly LengthWeight[]): number => {
    if (!first?.weight || !second?.weight) return 0.5;
    const errors = lengths.map((known) => {
      const ratio = weightAmong(second, known) / weightAmong(first, known);
      return Math.abs(Math.log(ratio / worth(known)));
    });
    return 1 - errors.reduce((sum, error) => sum + error, 0) / 50;
  };
  const scores = { measure, typicalKnownCount: 10 } as unknown as CandidateScores;
  const found = new WeightSearch({ slots: [1, 1] }, scores);
  return runToEnd(found.run(found.measureAlone(), STEP));
}

describe("WeightSearch", () => {
  it("lets a weight grow with what is known of somebody, where that is worth it", () => {
    const { parts, value } = searchByLength((known) => 0.2 * known);
    const [first = 0, second = 0] = parts.map(({ lengthPower }) => lengthPower);
    expect(second - first).toBe(1);
    expect(value).toBeGreaterThan(0.98);
  });

  it("keeps weights that are the same for all where it is not", () => {
    const { parts } = searchByLength((known) => 0.2 * known ** 0.05);
    expect(parts.map(({ lengthPower }) => lengthPower)).toEqual([0, 0]);
  });

  it.each([1, 0.3, 6])("finds weights near the best, here 1 to %f", (best) => {
    const { blend, alone } = search(best);
    expect(alone).toEqual([[0.6, 0.1], [0.5]]);
    expect(blend.parts.map(({ slot, alternative }) => [slot, alternative])).toEqual([
      [0, 0],
      [1, 0],
    ]);
    const [first, second] = blend.parts;
    const ratio = (second?.weight ?? 0) / (first?.weight ?? 1);
    expect(Math.abs(Math.log2(ratio / best))).toBeLessThan(0.26);
  });

  it("measures weights once, and no multiple of them again", () => {
    const { asked } = search(0.3);
    const keys = asked.map((weights) => {
      const unit = weights.find((weight) => weight > 0) ?? 1;
      return weights.map((weight) => (weight / unit).toFixed(6)).join();
    });
    expect(keys.length).toBeGreaterThan(10);
    expect(new Set(keys).size).toBe(keys.length);
    expect(asked.every((weights) => weights.find((weight) => weight > 0) === 1)).toBe(true);
  });
});
