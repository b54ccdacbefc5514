import { describe, expect, it } from "vitest";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import type { Section } from "#engine/artifact/section.ts";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { agedByWeight, asked, fitSequences, scoresOf, sequencesOf } from "./sequence-fixture.ts";

const kernels = loadWasmKernels();

describeAlgorithmContract(
  "RecentIALS",
  { n_components: 8, alpha0: 0.1, reg: 0.01, train_epochs: 3 },
  { prepare: agedByWeight, isSeeded: true },
);

describe("RecentIALS", () => {
  it("follows the newest items of a request", () => {
    const rows = Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? [0, 1, 2] : [3, 4, 5]));
    const model = fitSequences({
      algorithm: "RecentIALS",
      params: {
        n_components: 4,
        alpha0: 0.1,
        reg: 1e-3,
        train_epochs: 8,
        recency_steps: 0.5,
        recency_floor: 0,
      },
      ...{ itemCount: 6, kernels, sequences: sequencesOf(rows) },
    });
    const [towards, back] = [scoresOf(model, asked([0, 3])), scoresOf(model, asked([3, 0]))];
    expect(towards[4]).toBeGreaterThan(towards[1] as number);
    expect(back[1]).toBeGreaterThan(back[4] as number);
  });

  it("stores the factors of a large catalogue at one byte each, and again when it is decoded", () => {
    // 100,000 items of 64 floats are 25.6 MB.
    const model = fitSequences({
      algorithm: "RecentIALS",
      params: { n_components: 64, train_epochs: 1 },
      ...{ itemCount: 100_000, kernels, sequences: sequencesOf([[0, 1, 2]]) },
    });
    const bytes = (sections: readonly Section[]) =>
      sections.reduce((sum, { data }) => sum + data.byteLength, 0);
    const sections = model.encode();
    model.dispose();
    expect(bytes(sections)).toBeLessThan(7e6);
    const decoded = algorithmOf("RecentIALS").decode(sections, kernels);
    expect(bytes(decoded.encode())).toBe(bytes(sections));
    decoded.dispose();
  });
});
