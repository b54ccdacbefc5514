import { describe, expect, it } from "vitest";
import { preferenceEffect } from "#engine/experiment/effect.ts";
import { fixedTest } from "#engine/experiment/fixed-test.ts";
import { NO_UNITS, withUnit } from "#engine/experiment/statistics/sample.ts";

const of = (values: readonly number[]) => values.reduce((sums, value) => withUnit(sums, value), NO_UNITS);

describe("the effect of a preference", () => {
  it("is that of a sign test, also where all say the same", () => {
    // 100 tosses with 60 heads: z = (60 − 40) / √100.
    const tosses = preferenceEffect(of(Array.from({ length: 100 }, (_, at) => (at < 60 ? 1 : -1))));
    expect((tosses?.estimate ?? 0) / (tosses?.standardError ?? 1)).toBeCloseTo(2, 12);
    const alike = preferenceEffect(of(Array.from({ length: 16 }, () => 1)));
    expect(alike).toMatchObject({ estimate: 1, standardError: 0.25 });
    expect(fixedTest(alike as NonNullable<typeof alike>, 0.95).pValue).toBeLessThan(0.01);
  });

  it("says nothing of one person, or where nobody prefers", () => {
    expect(preferenceEffect(of([1]))).toBeNull();
    expect(preferenceEffect(of([0, 0, 0]))).toBeNull();
  });
});
