/** Figures of public test suites, to five decimals. */
import { describe, expect, it } from "vitest";
import { bayesianTest } from "#engine/experiment/bayesian-test.ts";
import { type Effect, type EffectKind, effectOf } from "#engine/experiment/effect.ts";
import { fixedTest } from "#engine/experiment/fixed-test.ts";
import { sampleRatioP } from "#engine/experiment/sample-ratio.ts";
import { sequentialTest } from "#engine/experiment/sequential-test.ts";
import { meanSample, type Sample, shareSample } from "#engine/experiment/statistics/sample.ts";

const revenueOfControl = (count = 3407) => meanSample({ count, sum: 1396.87, sumSquares: 52377.9767 });
const revenueOfVariant = meanSample({ count: 3461, sum: 2422.7, sumSquares: 134698.29 });

function effect(control: Sample, variant: Sample, kind: EffectKind = "relative"): Effect {
  const found = effectOf(control, variant, kind);
  if (found === null) throw new Error("no effect");
  return found;
}
const rounded = (values: readonly number[]) => values.map((value) => Number(value.toFixed(5)));
const figures = ({ estimate, low, high, pValue }: ReturnType<typeof fixedTest>) =>
  rounded([estimate, low, high, pValue]);

describe("one look", () => {
  it("compares means", () => {
    const control = revenueOfControl();
    expect(figures(fixedTest(effect(control, revenueOfVariant), 0.95))).toEqual([
      0.70732, -0.03526, 1.44989, 0.06191,
    ]);
    expect(figures(fixedTest(effect(control, revenueOfVariant, "absolute"), 0.95))).toEqual([
      0.29, 0.04538, 0.53462, 0.02016,
    ]);
  });

  it("compares proportions", () => {
    const [, low, high, p] = figures(fixedTest(effect(shareSample(14, 28), shareSample(16, 30)), 0.95));
    expect([low, high, p]).toEqual([-0.47767, 0.61101, 0.80707]);
  });
});

describe("looks at any time", () => {
  it("compares means", () => {
    const test = sequentialTest(effect(revenueOfControl(3000), revenueOfVariant), 0.95, 1000);
    expect(figures(test)).toEqual([0.50336, -0.55844, 1.56516, 1]);
  });

  it("compares proportions", () => {
    const test = sequentialTest(effect(shareSample(1396, 3000), shareSample(2422, 3461)), 0.95, 5000);
    expect(figures(test)).toEqual([0.50386, 0.40098, 0.60675, 0]);
  });
});

it("gives probabilities and risks", () => {
  const { estimate, low, high, winProbability, risk } = bayesianTest(
    effect(shareSample(49, 100), shareSample(51, 100)),
    0.95,
  );
  expect(rounded([estimate, low, high, winProbability])).toEqual([0.04082, -0.24779, 0.32943, 0.60918]);
  expect(rounded([risk.control, risk.variant])).toEqual([0.0814, 0.04058]);
});

it("sees lost people", () => {
  const weights = [0.3, 0.3, 0.4];
  const days = [
    [100, 99, 102],
    [200, 196, 204],
    [300, 275, 306],
  ];
  expect(days.map((counts) => Number(sampleRatioP(counts, weights).toFixed(4)))).toEqual([
    0.0957, 0.0109, 0.0034,
  ]);
});
