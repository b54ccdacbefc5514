import { describe, expect, it } from "vitest";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import { repeatsIn } from "#engine/algorithms/sequence/known-share.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { asked, fitSequences, scoresOf, sequencesOf } from "./sequence-fixture.ts";

const kernels = loadWasmKernels();
const NEIGHBOURS = ["SessionKNN", "TwoSidedKNN", "SequenceRules"] as const;
const DISTINCT = [
  [0, 1, 2],
  [1, 0, 2],
  [0, 1, 3],
];
const REPEATED = [
  [0, 1, 0, 1],
  [1, 0, 1, 2],
];

function modelOf(algorithm: (typeof NEIGHBOURS)[number], rows: number[][], params = {}) {
  return fitSequences({ algorithm, params, sequences: sequencesOf(rows, true), itemCount: 4, kernels });
}

describe("the share of steps that repeat", () => {
  it("counts steps to an item that stood in the row before", () => {
    expect(repeatsIn(sequencesOf(DISTINCT), 4)).toBe(0);
    expect(repeatsIn(sequencesOf(REPEATED), 4)).toBe(3 / 6);
    expect(repeatsIn(sequencesOf([[1], []]), 4)).toBe(0);
  });
});

describe.each(NEIGHBOURS)("known items of %s", (algorithm) => {
  it("count nothing where nobody repeats items, and others as ever", () => {
    const scores = scoresOf(modelOf(algorithm, DISTINCT), asked([0, 1]));
    const whole = scoresOf(modelOf(algorithm, DISTINCT, { known_share: 1 }), asked([0, 1]));
    expect(whole[0]).toBeGreaterThan(0);
    expect(scores).toEqual([0, 0, whole[2], whole[3]]);
  });

  it("keep their scores where a fifth of the steps repeats", () => {
    const params = { known_share: 1 };
    expect(scoresOf(modelOf(algorithm, REPEATED), asked([0, 1]))).toEqual(
      scoresOf(modelOf(algorithm, REPEATED, params), asked([0, 1])),
    );
  });

  it("count the share that is asked for, as do their reasons, also once stored", () => {
    const model = modelOf(algorithm, REPEATED, { known_share: 0.5 });
    const whole = scoresOf(modelOf(algorithm, REPEATED, { known_share: 1 }), asked([0, 1]));
    const stored = algorithmOf(algorithm).decode(model.encode(), kernels);
    for (const one of [model, stored]) {
      const profile = asked([0, 1]);
      expect(scoresOf(one, profile)[0]).toBeCloseTo(0.5 * (whole[0] as number), 5);
      const parts = new Float64Array(2);
      one.contributionsInto?.(profile, 0, parts);
      expect((parts[0] as number) + (parts[1] as number)).toBeCloseTo(0.5 * (whole[0] as number), 5);
      const list = one.shortlist?.(profile);
      if (list) expect(list.scoresOf(Uint32Array.of(0, 2))[0]).toBeCloseTo(0.5 * (whole[0] as number), 5);
    }
  });
});
