import { describe, expect, it } from "vitest";
import type { AlgorithmName } from "#contract/algorithms.ts";
import type { Section } from "#engine/artifact/section.ts";
import { createScalarKernels } from "#engine/kernels/scalar-kernels.ts";
import { KeptModels } from "../../../cli/tune/kept-models.ts";

const kernels = createScalarKernels();

/** A stored popularity model over this number of items. */
function stored(itemCount: number): Section[] {
  return [{ name: "popularity.scores", data: new Float32Array(itemCount).fill(1) }];
}

function keep(kept: KeptModels, entries: readonly (readonly [number, AlgorithmName, number])[]): void {
  for (const [trial, algorithm, value] of entries) kept.add(trial, algorithm, value, stored(10));
}

const isKept = (kept: KeptModels, trial: number) => {
  try {
    return kept.find(trial, kernels) !== null;
  } catch {
    // The kept bytes are not a model of this algorithm, but the store finds them.
    return true;
  }
};

describe("KeptModels", () => {
  it("keeps the two best of each algorithm, the earlier of equals", () => {
    const kept = new KeptModels();
    keep(kept, [
      [0, "TopPop", 0.1],
      [1, "TopPop", 0.3],
      [2, "IALS", 0.05],
      [3, "TopPop", 0.2],
      [4, "TopPop", 0.2],
    ]);
    expect([0, 1, 2, 3, 4].filter((trial) => isKept(kept, trial))).toEqual([1, 2, 3]);
  });

  it("gives the value from which a model is worth keeping", () => {
    const kept = new KeptModels();
    expect(kept.leastValue("TopPop")).toBe(Number.NEGATIVE_INFINITY);
    keep(kept, [
      [0, "TopPop", 0.1],
      [1, "TopPop", 0.3],
    ]);
    expect(kept.leastValue("TopPop")).toBe(0.1);
    expect(kept.leastValue("IALS")).toBe(Number.NEGATIVE_INFINITY);
  });

  it("drops the worst model of any algorithm when there is no room", () => {
    const kept = new KeptModels(100);
    keep(kept, [
      [0, "TopPop", 0.1],
      [1, "IALS", 0.3],
      [2, "RP3beta", 0.2],
    ]);
    expect([0, 1, 2].filter((trial) => isKept(kept, trial))).toEqual([1, 2]);
  });
});
