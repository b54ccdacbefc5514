import { describe, expect, it } from "vitest";
import { blendParts, isBlendName } from "../../../../web/features/algorithms/blend-parts.ts";

describe("the parts of a blend", () => {
  it("are the weighed algorithms, the heaviest first, each with its own settings", () => {
    const parameters = {
      int8_factors: true,
      "weight.DegreeKNN": 0.4,
      "weight.IALS": 0.6,
      "weight.TopPop": 0,
      "IALS.n_components": 128,
      "IALS.alpha0": 0.01,
      "DegreeKNN.top_k": 100,
      "TopPop.unused": 1,
    };
    expect(blendParts(parameters)).toEqual([
      {
        algorithm: "IALS",
        weight: 0.6,
        settings: [
          ["n_components", 128],
          ["alpha0", 0.01],
        ],
      },
      { algorithm: "DegreeKNN", weight: 0.4, settings: [["top_k", 100]] },
    ]);
  });

  it("may have irspack's class names", () => {
    const parts = blendParts({ "weight.CosineKNNRecommender": 3, "CosineKNNRecommender.top_k": 20 });
    expect(parts[0]).toEqual({ algorithm: "CosineKNN", weight: 3, settings: [["top_k", 20]] });
  });

  it("are the default parts where the configuration weighs none", () => {
    expect(blendParts({}).map(({ algorithm, weight }) => [algorithm, weight])).toEqual([
      ["IALS", 1],
      ["DegreeKNN", 1],
    ]);
  });
});

it("recognises a blend by each of its names, and no other algorithm", () => {
  expect([isBlendName("Blend"), isBlendName("IALS"), isBlendName("unknown"), isBlendName(null)]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
