import { describe, expect, it } from "vitest";
import type { CandidateScores } from "../../../../../shared/engine/tune/blend/candidate-scores.ts";
import { WeightSearch } from "../../../../../shared/engine/tune/blend/weight-search.ts";
import { runToEnd } from "../../../../../shared/engine/tune/trial/run-to-end.ts";

const STEP = { type: "work", progress: 0.9 } as const;

/** Weights of three models in two slots, best at 1 to `best`, where the second model of the first slot is useless. */
function search(best: number) {
  const asked: (readonly number[])[] = [];
  const measure = (weights: readonly number[]): number => {
    asked.push(weights);
    const [first = 0, useless = 0, second = 0] = weights;
    if (useless > 0) return 0.1;
    if (first === 0 || second === 0) return 0.5 + 0.1 * Number(first > 0);
    return 1 - Math.abs(Math.log(second / first / best)) / 10;
  };
  const found = new WeightSearch({ slots: [2, 1] }, { measure } as unknown as CandidateScores);
  const alone = found.measureAlone();
  return { asked, alone, blend: runToEnd(found.run(alone, STEP)) };
}

describe("WeightSearch", () => {
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
