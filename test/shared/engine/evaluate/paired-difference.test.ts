import { describe, expect, it } from "vitest";
import {
  bootstrapInSteps,
  bootstrapIntervals,
  intervalsOf,
  resampleInSteps,
} from "#engine/evaluate/bootstrap-interval.ts";
import { pairedDifferences } from "#engine/evaluate/paired-difference.ts";
import { createRandom } from "#engine/random.ts";

const USERS = 800;

function lastOf<Value>(steps: Generator<void, Value>): Value {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

function measured(values: Float32Array, seed = 3) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    metrics: { "ndcg@10": mean, "gini@10": 0.5 },
    resampled: lastOf(resampleInSteps({ "ndcg@10": values }, seed)),
  };
}

/** Users who are easy or hard for any model, as real ones are. */
const random = createRandom(5);
const ease = Float32Array.from({ length: USERS }, () => random.next());
const noise = Float32Array.from({ length: USERS }, () => random.next() - 0.5);

describe("pairedDifferences", () => {
  const strong = measured(ease.map((value, user) => value + 0.02 + 0.05 * (noise[user] as number)));
  const weak = measured(ease);

  it("tells models apart whose own intervals overlap, because users are the same", () => {
    const [own, other] = [strong, weak].map(({ resampled }) => intervalsOf(resampled)["ndcg@10"]);
    expect((own?.low ?? 1) < (other?.high ?? 0)).toBe(true);
    const found = pairedDifferences(strong, weak)?.["ndcg@10"];
    expect(found?.low).toBeGreaterThan(0);
    expect(found?.difference).toBeCloseTo(0.02, 2);
  });

  it("is as wide as 1.96 standard errors of the differences say", () => {
    // The differences have a standard deviation of 0.05 / √12.
    const { low = 0, high = 0 } = pairedDifferences(strong, weak)?.["ndcg@10"] ?? {};
    const expected = (2 * 1.96 * 0.05) / Math.sqrt(12 * USERS);
    expect(Math.abs((high - low) / expected - 1)).toBeLessThan(0.12);
  });

  it("changes its sign with the order, and is 0 of a model and itself", () => {
    const [there, back] = [pairedDifferences(strong, weak), pairedDifferences(weak, strong)];
    expect(back?.["ndcg@10"]?.low).toBeCloseTo(-(there?.["ndcg@10"]?.high ?? 0), 12);
    expect(pairedDifferences(weak, weak)).toEqual({ "ndcg@10": { difference: 0, low: 0, high: 0 } });
  });

  it("is none for other users or another seed, and leaves out metrics that one lacks", () => {
    const fewer = measured(ease.slice(0, USERS - 1));
    expect([pairedDifferences(weak, fewer), pairedDifferences(weak, measured(ease, 4))]).toEqual([
      null,
      null,
    ]);
    expect(pairedDifferences(weak, { ...weak, metrics: {} })).toEqual({});
  });
});

it("intervals come from the same resamples", () => {
  const perUser = { "ndcg@10": ease } as const;
  expect(lastOf(bootstrapInSteps(perUser, 9))).toEqual(bootstrapIntervals(perUser, 9));
  expect(intervalsOf(lastOf(resampleInSteps(perUser, 9)))).toEqual(bootstrapIntervals(perUser, 9));
});
