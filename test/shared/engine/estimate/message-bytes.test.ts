import { describe, expect, it } from "vitest";
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import { estimateFit } from "#engine/estimate/estimate-fit.ts";
import { messageBytes } from "#engine/estimate/message-bytes.ts";

const SHAPE = { users: 1000, items: 500, interactions: 20_000 };
/** A block of 32 users; counts; what is under way. */
const MEASURING = 4 * 500 * 32 + 32 * 500 + 48 * 1000 + 1.5e6;
/** The held-out parts, which are larger here than the ids. */
const OTHERS = 2 * 20_000 + 8 * 1000;

/** Train and all of Gowalla. */
const TRAIN = { users: 29_858, items: 40_981, interactions: 842_000 };
const WHOLE = { ...TRAIN, interactions: 1_027_370 };

const KNN: AlgorithmParams = { b: 1, a1: 0.7, a2: 0.15, top_k: 100 };
const IALS: AlgorithmParams = { n_components: 256, alpha0: 0.01, reg: 0.003 };
const BLEND: AlgorithmParams = {
  ...{ "weight.DegreeKNN": 1, "weight.IALS": 2.2, int8_factors: true },
  ...{ "DegreeKNN.top_k": 100, "IALS.n_components": 256 },
};

describe("the memory of a message", () => {
  it("is that of a fit that is measured meanwhile, and the measuring", () => {
    const phases = [
      { js: 300, kernels: 9000 },
      { js: 5000, kernels: 2000 },
    ];
    const parts = { phases, storedBytes: 700, isMeasuredMeanwhile: true };
    expect(messageBytes(SHAPE, parts)).toBe(OTHERS + 5000 + 9000 + MEASURING);
    // A fit that has ended leaves its model, and what the kernels grew to.
    const ended = { ...parts, isMeasuredMeanwhile: false };
    expect(messageBytes(SHAPE, ended)).toBe(OTHERS + 9000 + 700 + MEASURING);
    const large = [{ js: 5e6, kernels: 0 }];
    expect(messageBytes(SHAPE, { ...ended, phases: large })).toBe(OTHERS + 5e6);
  });

  it("has the ids of a training in place of held-out parts where they are more", () => {
    const parts = { phases: [{ js: 1e7, kernels: 0 }], storedBytes: 0, isMeasuredMeanwhile: false };
    expect(messageBytes({ ...SHAPE, interactions: 2000 }, parts)).toBe(28 * 1500 + 1e7);
  });

  it("counts a panel of the transpose where iALS has large factors, and all of it otherwise", () => {
    const dataOf = (dim: number) => {
      const [{ js, kernels }] = algorithmOf("IALS").cost.phases(TRAIN, { n_components: dim }) as [
        { js: number; kernels: number },
      ];
      return 1e6 * estimateFit(TRAIN, "IALS", { n_components: dim }).fitMb - js - kernels;
    };
    expect(dataOf(128) - dataOf(256)).toBeGreaterThan(0.8 * 8 * TRAIN.interactions);
    expect(dataOf(128)).toBeCloseTo(16 * TRAIN.interactions + 4 * (TRAIN.users + TRAIN.items) + 1e6, 0);
  });

  // Of `node test/bench/message-memory/index.ts`, in MB. A figure that rises above its estimate lets a message run that has no room.
  it.each<[string, AlgorithmName, AlgorithmParams, typeof TRAIN, number]>([
    ["trial", "DegreeKNN", KNN, TRAIN, 58.6],
    ["trial", "IALS", IALS, TRAIN, 87.4],
    ["trial", "SparseSLIM", { top_k: 100 }, TRAIN, 86.6],
    ["part of a blend", "DegreeKNN", KNN, TRAIN, 64.6],
    ["part of a blend", "IALS", IALS, TRAIN, 83.8],
    ["last measurement", "Blend", BLEND, WHOLE, 84.1],
    ["training", "IALS", IALS, WHOLE, 86.2],
    ["training", "Blend", BLEND, WHOLE, 86.1],
  ])("is estimated above what was measured: %s of %s", (_, algorithm, params, shape, measuredMb) => {
    const { peakMb, accepted } = estimateFit(shape, algorithm, params);
    expect(accepted).toBe(true);
    expect(peakMb).toBeGreaterThan(measuredMb);
    expect(peakMb).toBeLessThan(1.3 * measuredMb);
  });
});
